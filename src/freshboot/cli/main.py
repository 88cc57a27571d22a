"""The door: a command line in, an exit code out, and no traceback."""

from __future__ import annotations

import logging
import os
import tempfile
import traceback
from collections.abc import Sequence
from importlib.metadata import metadata

import click

import freshboot.cli.asking
import freshboot.cli.lab
import freshboot.cli.mending
import freshboot.cli.pushing
import freshboot.cli.recalling  # noqa: F401  # each hangs its commands on the group
import freshboot.commands as commands
from freshboot.cli.root import cli
from freshboot.errors import FreshbootError

OWN_FAULT = 70
INTERRUPTED = 130
WRONG_CALL = 2


def _silence_libraries() -> None:
    """They log what servers send as it is; what matters of it is told by ourselves."""
    for name in ("aiohttp", "asyncio"):
        logging.getLogger(name).addHandler(logging.NullHandler())
        logging.getLogger(name).propagate = False


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return the exit code; nothing but a verdict of `stale`, or a no, exits 1."""
    _silence_libraries()
    try:
        result = cli.main(argv, prog_name="freshboot", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except FreshbootError as error:
        commands.tell_error(error)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return WRONG_CALL
    except OSError as error:
        commands.terminal().say(f"error: {error.strerror or error}: {error.filename or 'standard output'}")
        return WRONG_CALL
    except (KeyboardInterrupt, click.Abort):
        commands.terminal().say("interrupted")
        return INTERRUPTED
    except Exception as fault:  # noqa: BLE001  # the last door: no traceback reaches a person
        return _own_fault(fault)


def _own_fault(fault: Exception) -> int:
    handle, log = tempfile.mkstemp(prefix="freshboot-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        traceback.print_exception(fault, file=file)
    words = f"a fault of freshboot itself ({type(fault).__name__}): please report it at {_home()}, with {log}"
    commands.terminal().say(words, "bold red")
    return OWN_FAULT


def _home() -> str:
    """The repository's address; its one place is the project file."""
    urls = metadata("freshboot").get_all("Project-URL") or []
    return next((url.partition(", ")[2] for url in urls if url.startswith("Homepage")), "its repository")
