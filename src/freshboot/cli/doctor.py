"""The command that looks at a repository before it is pushed."""

from __future__ import annotations

from typing import Any

import click

import freshboot.commands as commands
from freshboot.cli.options import COMMON, options
from freshboot.cli.root import cli


@cli.command()
@options(*COMMON, "url", "branch")
@click.option("--fix", is_flag=True, help="Mend what is safe, and show the change.")
@click.option("--dry-run", is_flag=True, help="With --fix: only show the change.")
@click.option("--offline", is_flag=True, help="Ask neither the host nor GitHub.")
def doctor(**options: Any) -> int:
    """Find what will keep a push from showing, before it is pushed.

    \b
    Exit codes: 0 nothing but notes, 1 an error or a warning, 3 sound, but somebody asked did not answer,
    2 wrong call, or no app here.
    Example: freshboot doctor --url https://your-app.streamlit.app
    """
    if options["dry_run"] and not options["fix"]:
        raise click.UsageError("--dry-run goes with --fix")
    return commands.doctor(**options)
