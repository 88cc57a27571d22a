"""The board."""

from __future__ import annotations

from typing import Any

import click

import freshboot.commands as commands
from freshboot.cli.options import SHARED, option, options
from freshboot.cli.root import cli


@cli.command()
@options("repo")
@option("--port", type=click.IntRange(1, 65535), help="Where it listens.  [default: 8501, or a free one]")
@option("--browser/--no-browser", default=True, help="Open a browser.  [default: open]")
@SHARED["json"]
def board(**options: Any) -> int:
    """Show the record in a browser: what is live, rollouts, files, time to live, causes, reports.

    \b
    It is served to this machine alone, until ^C.
    Example: freshboot board --no-browser
    """
    return commands.board(**options)
