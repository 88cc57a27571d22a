"""The command that tries a commit before it is pushed."""

from __future__ import annotations

from typing import Any

import click

import freshboot.commands as commands
from freshboot.cli.options import COMMON, option, options
from freshboot.cli.root import cli


@cli.command()
@options(*COMMON, "branch")
@option("--commit", metavar="REV", help="What is rehearsed.  [default: HEAD]")
@option("--python", metavar="FILE", help="The Python that the host has.  [default: this one]")
@option(
    "--secrets", metavar="FILE", help="Secrets to pass on.  [default: .streamlit/secrets.toml, if untracked]"
)
@option("--fresh", is_flag=True, help="Make the environment anew, as a reboot of the app does.")
@option(
    "--cache", metavar="DIR", help="Where environments are kept.  [default: ~/.cache/freshboot/environments]"
)
@options("timeout")
@click.option("--pre-push", is_flag=True, help="Be git's hook: rehearse what is pushed to the branch.")
@click.option("--install-hook", is_flag=True, help="Write that hook, and do nothing more.")
@click.option("--remove-hook", is_flag=True, help="Take that hook away, and do nothing more.")
@click.option("--dry-run", is_flag=True, help="With the hook: only say what would be written or removed.")
def rehearse(**options: Any) -> int:
    """Try a commit before it is pushed: a clean clone, a fresh environment, every page, the attestation.

    \b
    Exit codes: 0 proven, 1 stale, 3 not proven (the build fails, no boot() in the app, a tool is missing),
    4 a page raises, 2 wrong call.
    Example: freshboot rehearse --commit HEAD
    """
    if options["dry_run"] and not (options["install_hook"] or options["remove_hook"]):
        raise click.UsageError("--dry-run goes with --install-hook or --remove-hook")
    if sum((options["install_hook"], options["remove_hook"], options["pre_push"])) > 1:
        raise click.UsageError("--pre-push, --install-hook and --remove-hook exclude each other")
    return commands.rehearse(**options)
