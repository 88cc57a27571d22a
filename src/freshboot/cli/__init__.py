"""The command line: options in, exit code out. Everything that decides stands elsewhere."""

from __future__ import annotations

import sys

try:
    import click
except ModuleNotFoundError:  # the base install is what an app lists, and has no dependencies
    sys.stderr.write("error: the command needs its dependencies\n   do: pip install 'freshboot[cli]'\n")
    sys.exit(2)

from freshboot.cli.main import INTERRUPTED, OWN_FAULT, WRONG_CALL, main

__all__ = ["INTERRUPTED", "OWN_FAULT", "WRONG_CALL", "cli", "main"]


def __getattr__(name: str) -> click.Group:
    """``cli`` is the group with all its commands: whoever runs one of them does not wait for the others."""
    if name != "cli":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from freshboot.cli.root import whole

    return whole()
