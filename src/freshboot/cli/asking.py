"""The commands that ask the live app."""

from __future__ import annotations

from typing import Any

import click

import freshboot.commands as commands
from freshboot.cli.options import COMMON, WAIT, duration, option, options
from freshboot.cli.root import cli


@cli.command()
@options(*COMMON, "commit", "branch", "publish", *WAIT, "log", "screenshot")
def confirm(**options: Any) -> int:
    """Ask the live app what it runs until a verdict stands.

    \b
    Exit codes: 0 proven or superseded, 1 stale, 3 not proven, 4 the code is wrong, 2 wrong call.
    Example: freshboot confirm --url https://your-app.streamlit.app
    """
    return commands.confirm(**options)


@cli.command()
@click.argument("file")
@options(*COMMON, "commit", "branch", "publish", "url")
@option("--timeout", callback=duration, metavar="TIME", help="Longest wait.  [default: 30s]")
def where(**options: Any) -> int:
    """Say whether FILE is deployed: 0 yes, 1 no, 3 nobody answers.

    \b
    Example: freshboot where calculations.py --url https://your-app.streamlit.app
    """
    return commands.where(**options)
