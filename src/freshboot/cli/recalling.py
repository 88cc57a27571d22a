"""The commands that keep and tell the record."""

from __future__ import annotations

from typing import Any

import click

import freshboot.commands as commands
from freshboot.cli.options import COMMON, FILE, option, options
from freshboot.cli.root import cli


@cli.command()
@options(*COMMON, "url", "branch")
@option("--commit", metavar="REV", help="Up to this release.  [default: the latest on record]")
@option(
    "--since", metavar="TIME", help="Attempts since then, as 2026-01-17 or 12h.  [default: the last proof]"
)
@option(
    "--from", "documents", multiple=True, type=FILE, metavar="FILE", help="A saved confirm --json instead."
)
@option(
    "--format", type=click.Choice(["md", "html", "json"]), help="Its form.  [default: as FILE's name, md]"
)
@option("--output", "outputs", multiple=True, type=FILE, metavar="FILE", help="Where to; repeatable.")
@option("--screenshot", "screenshots", multiple=True, type=FILE, metavar="FILE", help="A picture to put in.")
@option("--picture", is_flag=True, help="Take a picture of the live app, where a browser is there.")
@option(
    "--log", metavar="FILE", help="The host's log, as evidence; alone, only it is told of. - reads it here."
)
def report(**options: Any) -> int:
    """Tell the last incident from the record: what happened, what is live, what is ruled out, what to do.

    \b
    Markdown, HTML (one file, no network) or JSON; with a request to the host's support, ready to send.
    Example: freshboot report --output report.html --output report.md
    """
    return commands.report(**options)


@cli.command()
@options("repo", "config", "json")
@option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="How many rollouts are listed."
)
@option("--fetch/--no-fetch", default=True, help="Bring in the remote's ledger first.  [default: fetch]")
def history(**options: Any) -> int:
    """Tell the recorded rollouts, the newest first, and what they come to: time to live, stale by cause.

    \b
    Example: freshboot history --limit 50
    """
    return commands.history(**options)


@cli.command()
@options("repo", "config")
@option("--record", required=True, metavar="TEXT", help="The output `record` of a step that confirmed.")
def record(**options: Any) -> int:
    """Write into the ledger what a job that may not write has confirmed.

    \b
    Example: freshboot record --record "$FRESHBOOT_RECORD"
    """
    return commands.record(**options)
