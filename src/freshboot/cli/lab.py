"""The cloud on one machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import freshboot.commands as commands
from freshboot.cli.options import SHARED, one_word, option
from freshboot.cli.root import cli
from freshboot.commands.completing import faults


@cli.group()
def lab() -> None:
    """A small cloud on this machine: real git, real Streamlit, an edge, and faults to order."""


@lab.command("up")
@click.argument("repository", default=".", metavar="REPO")
@option("--entrypoint", metavar="FILE", help="The file that the lab runs.")
@option("--replicas", type=click.IntRange(1), default=1, show_default=True, help="How many processes.")
@option(
    "--fault",
    "faults",
    multiple=True,
    metavar="FAULT",
    shell_complete=one_word(faults),
    help="Such as hold-file:app.py; repeatable.",
)
@option("--python", metavar="FILE", help="The interpreter that has Streamlit.  [default: this one]")
@option(
    "--wheels",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Install requirements.txt from these wheels, in an environment for each replica.",
)
@option(
    "--comments",
    is_flag=True,
    help="A changed comment in the dependency file makes the host start anew, too.",
)
@option("--port", type=click.IntRange(0, 65535), default=0, help="The edge's port.  [default: a free one]")
@SHARED["json"]
def lab_up(**options: Any) -> int:
    """Serve REPO as a host would, until ^C. Push to the remote that is printed, and look at the URL.

    \b
    Example: freshboot lab up . --fault hold-file:calculations.py
    """
    return commands.lab_up(**options)


@cli.command()
def demo() -> int:
    """Show the main job on the lab: proven, then stale on disk, then stale in memory, and healed.

    \b
    Example: freshboot demo
    """
    return commands.demo()
