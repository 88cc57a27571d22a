"""The command that sets freshboot up."""

from __future__ import annotations

from typing import Any

import click

import freshboot.commands as commands
from freshboot.cli.options import option, options
from freshboot.cli.root import cli


@cli.command()
@options("repo", "url", "entrypoint", "json")
@option(
    "--from", "source", metavar="SPEC", help="What the app installs: a requirement, a URL, a wheel's path."
)
@click.option("--remove", is_flag=True, help="Take out again all that init wrote, and nothing else.")
@click.option("--yes", is_flag=True, help="Ask nothing; an address that is not found is left for later.")
@click.option("--dry-run", is_flag=True, help="Show the change and write nothing.")
def init(**options: Any) -> int:
    """Set freshboot up in a repository: show the change, ask, and write it.

    \b
    Example: freshboot init --url https://your-app.streamlit.app --yes
    """
    return commands.init(**options)
