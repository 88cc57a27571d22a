"""The group that every command hangs on, and the table of commands.

A command's file is imported where the command is called: the list of all, `freshboot --help`, imports none.
"""

from __future__ import annotations

import os
from importlib import import_module

import click

from freshboot.cli.loudness import Loud

TABLE = {
    "board": (
        "board",
        "Show the record in a browser: what is live, rollouts, files, time to live, causes, reports.",
    ),
    "clean": (
        "mending",
        "Tell the caches that Python and Streamlit left in the repository; with --yes remove them.",
    ),
    "completion": ("completion", "Print what makes a shell complete commands, options and their values."),
    "config": ("config", "What the configuration comes to, and the schema of its file."),
    "confirm": ("asking", "Ask the live app what it runs until a verdict stands."),
    "demo": (
        "lab",
        "Show the main job on the lab: proven, then stale on disk, then stale in memory, and healed.",
    ),
    "doctor": ("doctor", "Find what will keep a push from showing, before it is pushed."),
    "history": (
        "recalling",
        "Tell the recorded rollouts, the newest first, and what they come to: time to live, stale by cause.",
    ),
    "init": ("init", "Set freshboot up in a repository: show the change, ask, and write it."),
    "lab": ("lab", "A small cloud on this machine: real git, real Streamlit, an edge, and faults to order."),
    "publish": ("pushing", "Commit the stamp as a bot and push it, whatever else is pushed meanwhile."),
    "record": ("recalling", "Write into the ledger what a job that may not write has confirmed."),
    "rehearse": (
        "rehearse",
        "Try a commit before it is pushed: a clean clone, a fresh environment, every page, the attestation.",
    ),
    "remedy": ("mending", "Apply one remedy to the live app, and confirm what comes of it."),
    "report": (
        "recalling",
        "Tell the last incident from the record: what happened, what is live, what is ruled out, what to do.",
    ),
    "rollout": ("pushing", "Open the witness, stamp, publish and confirm, in one go."),
    "stamp": ("pushing", "Write one stamp into every mark."),
    "where": ("asking", "Say whether FILE is deployed: 0 yes, 1 no, 3 nobody answers."),
}
"""Every command with the file of this package that hangs it on the group, and its help's first sentence."""


class Command(Loud):
    """A command, with what is done before each of them."""

    def invoke(self, ctx: click.Context) -> object:
        """Run it. How much it is to tell is known by now."""
        _silence_libraries()
        _tell_strange_variables()
        return super().invoke(ctx)


class Group(Loud, click.Group):
    """A group of such commands."""

    command_class = Command


Group.group_class = Group


class Commands(Group):
    """A group that imports a command's file when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # as click calls it
        """All names, in the order of the alphabet."""
        return sorted({*TABLE, *self.commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name; None if there is none."""
        if cmd_name in TABLE and cmd_name not in self.commands:
            import_module(f"freshboot.cli.{TABLE[cmd_name][0]}")
        return self.commands.get(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """All commands with their first sentence, out of the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, TABLE[name][1]) for name in sorted(TABLE)])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="freshboot", message="%(version)s")
def cli() -> None:
    """Stamp every push. Prove what is live. Tell the cache from the code.

    Every option can also be set in the environment: --url as FRESHBOOT_URL.
    """


def _tell_strange_variables() -> None:
    """Only where there are variables of ours: all the commands must be imported to know what they read."""
    if any(name.startswith("FRESHBOOT_") for name in os.environ):
        from freshboot.cli.environment import warnings
        from freshboot.commands import terminal

        for words in warnings(os.environ, whole()):
            terminal().warn(words)


def _silence_libraries() -> None:
    """They log what servers send as it is; what matters of it is told by ourselves."""
    import logging

    for name in ("aiohttp", "asyncio"):
        logging.getLogger(name).addHandler(logging.NullHandler())
        logging.getLogger(name).propagate = False


def whole() -> click.Group:
    """The group with all its commands, for whoever goes through them."""
    for file, _ in TABLE.values():
        import_module(f"freshboot.cli.{file}")
    return cli
