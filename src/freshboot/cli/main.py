"""The door: a command line in, an exit code out, and no traceback."""

from __future__ import annotations

from collections.abc import Sequence

import click

import freshboot.commands as commands
from freshboot.cli.root import cli
from freshboot.errors import FreshbootError

OWN_FAULT = 70
INTERRUPTED = 130
WRONG_CALL = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return the exit code; nothing but a verdict of `stale`, or a no, exits 1."""
    try:
        return _run(argv)
    except FreshbootError as error:
        commands.tell_error(error)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return WRONG_CALL
    except OSError as error:
        commands.terminal().answer(f"error: {error.strerror or error}: {error.filename or 'standard output'}")
        return WRONG_CALL
    except (KeyboardInterrupt, click.Abort):
        commands.terminal().answer("interrupted")
        return INTERRUPTED
    except Exception as fault:  # noqa: BLE001  # the last door: no traceback reaches a person
        return _own_fault(fault)


def _run(argv: Sequence[str] | None) -> int:
    try:
        result = cli.main(argv, prog_name="freshboot", standalone_mode=False)
        return result if isinstance(result, int) else 0
    finally:
        commands.close_terminal()


def _own_fault(fault: Exception) -> int:
    import os
    import tempfile
    import traceback

    handle, log = tempfile.mkstemp(prefix="freshboot-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        traceback.print_exception(fault, file=file)
    words = f"a fault of freshboot itself ({type(fault).__name__}): please report it at {_home()}, with {log}"
    commands.terminal().answer(words, "bold red")
    return OWN_FAULT


def _home() -> str:
    """The repository's address; its one place is the project file."""
    from importlib.metadata import metadata

    urls = metadata("freshboot").get_all("Project-URL") or []
    return next((url.partition(", ")[2] for url in urls if url.startswith("Homepage")), "its repository")
