"""The commands that stamp and push."""

from __future__ import annotations

from typing import Any

import click

import freshboot.commands as commands
from freshboot.cli.options import COMMON, MENDING, PUSH, WAIT, options
from freshboot.cli.root import cli


@cli.command()
@options(*COMMON, "at", "bump")
@click.option("--dry-run", "--diff", is_flag=True, help="Show the change and write nothing.")
@click.option("--check", is_flag=True, help="Only say whether all marks carry one stamp: 0 yes, 1 no.")
def stamp(**options: Any) -> int:
    """Write one stamp into every mark.

    \b
    Example: freshboot stamp --bump patch --diff
    """
    return commands.stamp(**options)


@cli.command()
@options(*COMMON, *PUSH, "force")
@click.option("--dry-run", is_flag=True, help="Show the change and push nothing.")
def publish(**options: Any) -> int:
    """Commit the stamp as a bot and push it, whatever else is pushed meanwhile.

    \b
    Example: freshboot publish --reason "rebuild after the outage" --force
    """
    return commands.publish(**options)


@cli.command()
@options(*COMMON, *PUSH, "force", *WAIT, "remedies", *MENDING)
@click.option("--dry-run", is_flag=True, help="Show the change and push nothing.")
def rollout(**options: Any) -> int:
    """Open the witness, stamp, publish and confirm, in one go.

    \b
    Example: freshboot rollout --url https://your-app.streamlit.app --bump patch
    """
    return commands.rollout(**options)
