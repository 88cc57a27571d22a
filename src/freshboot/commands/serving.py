"""``lab`` and ``demo``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from freshboot.commands.given import Options, open_repository
from freshboot.commands.printed import print_, print_json, terminal


def lab_up(**options: Any) -> int:
    """Serve a repository in the lab until a signal comes.

    :raises KeyboardInterrupt: it was ^C.
    """
    import signal
    from asyncio import run
    from dataclasses import asdict

    from freshboot.lab.lab import Address, serve
    from freshboot.lab.lab import Options as LabOptions

    as_json = options.pop("as_json")
    given = {name: value for name, value in options.items() if value is not None}
    given["repository"] = Path(options["repository"])
    given["entrypoint"] = _lab_entrypoint(options)

    def announce(address: Address) -> None:
        if as_json:
            print_json(asdict(address))
        else:
            print_("".join(f"{name:8} {value}\n" for name, value in asdict(address).items()))

    if run(serve(LabOptions(**given), announce)) is signal.SIGINT:
        raise KeyboardInterrupt
    return 0


def demo() -> int:
    """Show the main job on the lab."""
    from freshboot.demo import show

    return show(terminal())


def _lab_entrypoint(options: Options) -> str:
    """The file that the lab runs: as given, as configured, or the usual one of the commit that is served."""
    from functools import partial

    from freshboot.stamp.entrypoint import find_entrypoint

    wishes = {"repo": options["repository"], "config": None, "entrypoint": options["entrypoint"]}
    repository, config = open_repository(wishes)
    return find_entrypoint(partial(repository.read, repository.head), config.entrypoint)
