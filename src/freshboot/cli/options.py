"""The options that commands share, and how each can also be set in the environment."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from freshboot.config import (
    AUTO,
    HOSTS,
    NAMES_OF_LAYERS,
    REMEDIES,
    STAMP,
    WAYS,
    WAYS_TO_PUBLISH,
    parse_duration,
)

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Command = TypeVar("Command", bound=Callable[..., Any])


def duration(context: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
    del context, parameter
    return None if value is None else parse_duration(value)


def option(*names: str, **facts: Any) -> Callable[[Command], Command]:
    """An option that can also be set in the environment, as FRESHBOOT_ and its name.

    A shell completes a file's or a folder's path where the ``metavar`` is FILE or DIR.
    """
    name = next(one for one in names if one.startswith("--")).partition("/")[0]
    if facts.get("metavar") in ("FILE", "DIR"):
        facts.setdefault("shell_complete", _path)
    return click.option(*names, envvar="FRESHBOOT_" + name[2:].replace("-", "_").upper(), **facts)


def _path(_context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="dir" if parameter.metavar == "DIR" else "file")]


def one_word(words: Callable[[], list[str]]) -> Callable[..., list[str]]:
    """Completes one word out of a few, which are looked up only then."""
    return lambda _context, _parameter, incomplete: [one for one in words() if one.startswith(incomplete)]


def some_words(*words: str) -> Callable[..., list[str]]:
    """Completes the last of some words with commas between them."""

    def complete(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
        *before, last = incomplete.split(",")
        rest = [one for one in words if one.startswith(last) and one not in before]
        return [",".join((*before, one)) for one in rest]

    return complete


FILE = click.Path(allow_dash=True)
_PARTS = click.Choice(["major", "minor", "patch", "none"])
SHARED: dict[str, Callable[[Any], Any]] = {
    "repo": option("--repo", default=".", metavar="DIR", help="The repository.  [default: here]"),
    "config": option("--config", metavar="FILE", help="Instead of .github/freshboot.yml."),
    "json": option("--json", "as_json", is_flag=True, help="JSON alone on standard output."),
    "url": option("--url", metavar="URL", help="Address of the live app."),
    "host": option(
        "--host", type=click.Choice(HOSTS), help="What runs the app.  [default: as the address tells]"
    ),
    "commit": option("--commit", metavar="REV", help="The release.  [default: the remote branch's tip]"),
    "branch": option("--branch", metavar="NAME", help="The branch that the host tracks."),
    "entrypoint": option("--entrypoint", metavar="FILE", help="The file that the host runs."),
    "timeout": option("--timeout", callback=duration, metavar="TIME", help="Longest wait.  [default: 10m]"),
    "settle": option(
        "--settle", callback=duration, metavar="TIME", help="How long all must stay fresh.  [default: 10s]"
    ),
    "grace": option(
        "--grace",
        callback=duration,
        metavar="TIME",
        help="How long stale evidence must last.  [default: 2m]",
    ),
    "interval": option("--interval", callback=duration, metavar="TIME", help="Longest pause.  [default: 2s]"),
    "replicas": option(
        "--replicas",
        type=click.IntRange(1),
        help="Processes that serve it.  [default: 1, assumed]",
    ),
    "require": option(
        "--require",
        metavar="LAYERS",
        shell_complete=some_words(*NAMES_OF_LAYERS, STAMP),
        help="Layers that must be proven, or stamp.  [default: all but edge]",
    ),
    "via": option("--via", type=click.Choice(WAYS), help="How to ask.  [default: auto]"),
    "wake": option("--wake/--no-wake", default=None, help="Wake a sleeping app.  [default: wake]"),
    "witness": option("--witness/--no-witness", default=None, help="Hold a session open.  [default: yes]"),
    "publish": option(
        "--publish",
        type=click.Choice(WAYS_TO_PUBLISH),
        help="How a stamp reaches the remote.  [default: same-branch]",
    ),
    "log": option("--log", metavar="FILE", help="A log of the host's, as evidence; - reads it here."),
    "remedies": option(
        "--remedy",
        "remedies",
        metavar="NAMES",
        shell_complete=some_words(AUTO, *REMEDIES),
        help="What may be tried where the rollout is not proven, such as nudge,rebuild; or auto.",
    ),
    "remedy_timeout": option(
        "--remedy-timeout", callback=duration, metavar="TIME", help="All remedies together.  [default: 40m]"
    ),
    "screenshot": option(
        "--screenshot", metavar="FILE", help="A picture (PNG) of the badge, taken by a browser at the end."
    ),
    "bump": option("--bump", type=_PARTS, default="none", help="Part of the version to raise."),
    "at": option("--at", metavar="TIME", help="The stamp's time.  [default: SOURCE_DATE_EPOCH, else now]"),
    "reason": option("--reason", metavar="TEXT", help="Why, for the commit's message."),
    "force": option("--force/--no-force", default=False, help="Stamp anew what carries a stamp."),
}
WAIT = (
    "url",
    "host",
    "timeout",
    "settle",
    "grace",
    "interval",
    "replicas",
    "require",
    "via",
    "wake",
    "witness",
)
PUSH = ("branch", "publish", "at", "bump", "reason")
MENDING = ("remedy_timeout", "screenshot")
COMMON = ("repo", "config", "entrypoint", "json")


def options(*names: str) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for name in reversed(names):
            command = SHARED[name](command)
        return command

    return decorate
