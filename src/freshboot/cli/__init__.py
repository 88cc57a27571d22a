"""The command line: options in, exit code out. Everything that decides stands elsewhere."""

from __future__ import annotations

import sys

try:
    import click  # noqa: F401
except ModuleNotFoundError:  # the base install is what an app lists, and has no dependencies
    sys.stderr.write("error: the command needs its dependencies\n   do: pip install 'freshboot[cli]'\n")
    sys.exit(2)

from freshboot.cli.main import INTERRUPTED, OWN_FAULT, WRONG_CALL, main
from freshboot.cli.root import cli

__all__ = ["INTERRUPTED", "OWN_FAULT", "WRONG_CALL", "cli", "main"]
