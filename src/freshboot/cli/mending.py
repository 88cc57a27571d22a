"""The commands that mend."""

from __future__ import annotations

from typing import Any

import click

import freshboot.commands as commands
from freshboot.cli.options import COMMON, MENDING, PUSH, WAIT, one_word, option, options
from freshboot.cli.root import cli
from freshboot.commands.completing import places_to_move
from freshboot.config import AUTO, MOVE, REMEDIES, RENAME


@cli.command()
@click.argument("name", type=click.Choice([AUTO, *REMEDIES, MOVE, RENAME]), envvar="FRESHBOOT_REMEDY")
@options(*COMMON, *PUSH, *WAIT, *MENDING)
@click.option("--dry-run", is_flag=True, help="Say what would be done, show the change, and push nothing.")
@click.option("--no-confirm", is_flag=True, help="Do it, and wait for no verdict.")
@option("--reinstall", is_flag=True, help="rebuild: also what it takes to install the same versions anew.")
@click.option(
    "--to",
    metavar="NAME",
    shell_complete=one_word(places_to_move),
    help="move: the host, such as cloud-run. rename: the new name.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="move: where to write.  [default: the repository]",
)
@option("--file", metavar="FILE", help="rename: which one; with --undo by either of its names.")
@option("--undo", is_flag=True, help="rename: bring back the name that the file had.")
@option("--unchecked", is_flag=True, help="rename: also where the file cannot be imported here.")
def remedy(to: str | None, output: str | None, **options: Any) -> int:
    """Apply one remedy to the live app, and confirm what comes of it.

    \b
    auto       ask the app, and apply what the evidence is for, smallest first
    witness    hold a session open: Streamlit's hot reload works for connected ones only
    heal       open a session, so that boot() drops what is old
    wake       ask the host to wake the app
    nudge      change the entrypoint's DEPLOYMENT_VERSION while a session is held open
    rebuild    stamp the dependency file that wins: the host installs it and starts anew
    branch     push the release as a new branch, and say how to deploy that
    hand-over  say which button a person presses where, while the wait goes on
    move       write a Dockerfile and a workflow for another host, and push nothing
    rename     give one file that is proven old, alone, another name, with every import of it
    \b
    Example: freshboot remedy nudge --dry-run
    """
    if options["reinstall"] and options["name"] != "rebuild":
        raise click.UsageError("--reinstall goes with rebuild")
    if options["no_confirm"] and options["name"] == AUTO:
        raise click.UsageError("--no-confirm goes with one remedy: auto goes by verdicts")
    if options["name"] == MOVE:
        return commands.move({**options, "to": to, "output": output})
    if options["name"] == RENAME:
        return commands.rename({**options, "to": to, "force": True})
    if to or output:
        raise click.UsageError("--to and --output go with move")
    given = [options.pop(one) for one in ("file", "undo", "unchecked")]
    if any(given):
        raise click.UsageError("--file, --undo and --unchecked go with rename")
    return commands.remedy(force=True, **options)


@cli.command()
@options("repo", "json")
@click.option("--yes", is_flag=True, help="Remove it; without this it is only told.")
def clean(**options: Any) -> int:
    """Tell the caches that Python and Streamlit left in the repository; with --yes remove them.

    These are the folders __pycache__ and .streamlit/cache: no tracked file, no environment, nothing behind a
    link, nothing outside.

    \b
    Example: freshboot clean --yes
    """
    return commands.clean(**options)
