"""``python -m freshboot.lab REPO``: the lab in a process of its own, as ``LabProcess`` starts it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from freshboot.lab.errors import LabError
from freshboot.lab.lab import Address, Options, serve


def _arguments() -> argparse.Namespace:
    defaults = Options(Path())
    parser = argparse.ArgumentParser(prog="python -m freshboot.lab", description=__doc__)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--entrypoint", default=defaults.entrypoint)
    parser.add_argument("--replicas", type=int, default=defaults.replicas)
    parser.add_argument("--python", default=defaults.python)
    parser.add_argument("--port", type=int, default=defaults.port)
    parser.add_argument("--fault", action="append", default=[], dest="faults")
    parser.add_argument("--wheels", type=Path, default=defaults.wheels)
    parser.add_argument("--comments", action="store_true")
    parser.add_argument("--start-limit", type=float, default=defaults.start_limit_s, dest="start_limit_s")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    parser.add_argument("--json", action="store_true", help="print one line of JSON when ready")
    return parser.parse_args()


def main() -> int:
    """Run the lab; the exit status is 0 after a signal, else that of the error, which is told on stderr."""
    arguments = vars(_arguments())
    as_json, with_parent = arguments.pop("json"), arguments.pop("with_parent")

    def announce(address: Address) -> None:
        sys.stdout.write((json.dumps(asdict(address)) if as_json else address.url) + "\n")
        sys.stdout.flush()

    try:
        asyncio.run(serve(Options(**arguments), announce, with_parent=with_parent))
    except LabError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
