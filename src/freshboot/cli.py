"""The command line: options in, exit code out. Everything that decides stands elsewhere."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from importlib.metadata import metadata
from pathlib import Path
from typing import Any, TypeVar

try:
    import click
except ModuleNotFoundError:  # the base install is what an app lists, and has no dependencies
    sys.stderr.write("error: the command needs its dependencies\n   do: pip install 'freshboot[cli]'\n")
    sys.exit(2)

import freshboot.commands as commands
from freshboot.config import AUTO, MOVE, REMEDIES, RENAME, WAYS, WAYS_TO_PUBLISH, parse_duration
from freshboot.errors import FreshbootError

OWN_FAULT = 70
INTERRUPTED = 130
WRONG_CALL = 2

Command = TypeVar("Command", bound=Callable[..., Any])


def _silence_libraries() -> None:
    """They log what servers send as it is; what matters of it is told by ourselves."""
    for name in ("aiohttp", "asyncio"):
        logging.getLogger(name).addHandler(logging.NullHandler())
        logging.getLogger(name).propagate = False


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return the exit code; nothing but a verdict of `stale`, or a no, exits 1."""
    _silence_libraries()
    try:
        result = cli.main(argv, prog_name="freshboot", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except FreshbootError as error:
        commands.tell_error(error)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return WRONG_CALL
    except OSError as error:
        commands.terminal().say(f"error: {error.strerror or error}: {error.filename or 'standard output'}")
        return WRONG_CALL
    except (KeyboardInterrupt, click.Abort):
        commands.terminal().say("interrupted")
        return INTERRUPTED
    except Exception as fault:  # noqa: BLE001  # the last door: no traceback reaches a person
        return _own_fault(fault)


def _own_fault(fault: Exception) -> int:
    handle, log = tempfile.mkstemp(prefix="freshboot-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        traceback.print_exception(fault, file=file)
    words = f"a fault of freshboot itself ({type(fault).__name__}): please report it at {_home()}, with {log}"
    commands.terminal().say(words, "bold red")
    return OWN_FAULT


def _home() -> str:
    """The repository's address; its one place is the project file."""
    urls = metadata("freshboot").get_all("Project-URL") or []
    return next((url.partition(", ")[2] for url in urls if url.startswith("Homepage")), "its repository")


def _duration(context: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
    del context, parameter
    return None if value is None else parse_duration(value)


def _option(*names: str, **facts: Any) -> Callable[[Command], Command]:
    """An option that can also be set in the environment, as FRESHBOOT_ and its name."""
    name = next(one for one in names if one.startswith("--")).partition("/")[0]
    return click.option(*names, envvar="FRESHBOOT_" + name[2:].replace("-", "_").upper(), **facts)


_FILE = click.Path(allow_dash=True)
_PARTS = click.Choice(["major", "minor", "patch", "none"])
_OPTIONS: dict[str, Callable[[Any], Any]] = {
    "repo": _option("--repo", default=".", metavar="DIR", help="The repository.  [default: here]"),
    "config": _option("--config", metavar="FILE", help="Instead of .github/freshboot.yml."),
    "json": _option("--json", "as_json", is_flag=True, help="JSON alone on standard output."),
    "url": _option("--url", metavar="URL", help="Address of the live app."),
    "commit": _option("--commit", metavar="REV", help="The release.  [default: the remote branch's tip]"),
    "branch": _option("--branch", metavar="NAME", help="The branch that the host tracks."),
    "entrypoint": _option("--entrypoint", metavar="FILE", help="The file that the host runs."),
    "timeout": _option("--timeout", callback=_duration, metavar="TIME", help="Longest wait.  [default: 10m]"),
    "settle": _option(
        "--settle", callback=_duration, metavar="TIME", help="How long all must stay fresh.  [default: 10s]"
    ),
    "grace": _option(
        "--grace",
        callback=_duration,
        metavar="TIME",
        help="How long stale evidence must last.  [default: 2m]",
    ),
    "interval": _option(
        "--interval", callback=_duration, metavar="TIME", help="Longest pause.  [default: 2s]"
    ),
    "replicas": _option(
        "--replicas",
        type=click.IntRange(1),
        help="Processes that serve it.  [default: 1, assumed]",
    ),
    "require": _option(
        "--require", metavar="LAYERS", help="Layers that must be proven, or stamp.  [default: all but edge]"
    ),
    "via": _option("--via", type=click.Choice(WAYS), help="How to ask.  [default: auto]"),
    "wake": _option("--wake/--no-wake", default=None, help="Wake a sleeping app.  [default: wake]"),
    "witness": _option("--witness/--no-witness", default=None, help="Hold a session open.  [default: yes]"),
    "publish": _option(
        "--publish",
        type=click.Choice(WAYS_TO_PUBLISH),
        help="How a stamp reaches the remote.  [default: same-branch]",
    ),
    "log": _option("--log", metavar="FILE", help="A log of the host's, as evidence; - reads it here."),
    "remedies": _option(
        "--remedy",
        "remedies",
        metavar="NAMES",
        help="What may be tried where the rollout is not proven, such as nudge,rebuild; or auto.",
    ),
    "remedy_timeout": _option(
        "--remedy-timeout", callback=_duration, metavar="TIME", help="All remedies together.  [default: 40m]"
    ),
    "screenshot": _option(
        "--screenshot", metavar="FILE", help="A picture (PNG) of the badge, taken by a browser at the end."
    ),
    "bump": _option("--bump", type=_PARTS, default="none", help="Part of the version to raise."),
    "at": _option("--at", metavar="TIME", help="The stamp's time.  [default: SOURCE_DATE_EPOCH, else now]"),
    "reason": _option("--reason", metavar="TEXT", help="Why, for the commit's message."),
    "force": _option("--force/--no-force", default=False, help="Stamp anew what carries a stamp."),
}
_WAIT = ("url", "timeout", "settle", "grace", "interval", "replicas", "require", "via", "wake", "witness")
_PUSH = ("branch", "publish", "at", "bump", "reason")
_MENDING = ("remedy_timeout", "screenshot")
_COMMON = ("repo", "config", "entrypoint", "json")


def _options(*names: str) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for name in reversed(names):
            command = _OPTIONS[name](command)
        return command

    return decorate


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="freshboot", message="%(version)s")
def cli() -> None:
    """Stamp every push. Prove what is live. Tell the cache from the code.

    Every option can also be set in the environment: --url as FRESHBOOT_URL.
    """


@cli.command()
@_options(*_COMMON, "at", "bump")
@click.option("--dry-run", "--diff", is_flag=True, help="Show the change and write nothing.")
@click.option("--check", is_flag=True, help="Only say whether all marks carry one stamp: 0 yes, 1 no.")
def stamp(**options: Any) -> int:
    """Write one stamp into every mark.

    \b
    Example: freshboot stamp --bump patch --diff
    """
    return commands.stamp(**options)


@cli.command()
@_options(*_COMMON, *_PUSH, "force")
@click.option("--dry-run", is_flag=True, help="Show the change and push nothing.")
def publish(**options: Any) -> int:
    """Commit the stamp as a bot and push it, whatever else is pushed meanwhile.

    \b
    Example: freshboot publish --reason "rebuild after the outage" --force
    """
    return commands.publish(**options)


@cli.command()
@_options(*_COMMON, "commit", "branch", "publish", *_WAIT, "log", "screenshot")
def confirm(**options: Any) -> int:
    """Ask the live app what it runs until a verdict stands.

    \b
    Exit codes: 0 proven or superseded, 1 stale, 3 not proven, 4 the code is wrong, 2 wrong call.
    Example: freshboot confirm --url https://your-app.streamlit.app
    """
    return commands.confirm(**options)


@cli.command()
@_options(*_COMMON, "url", "branch")
@_option("--commit", metavar="REV", help="Up to this release.  [default: the latest on record]")
@_option(
    "--since", metavar="TIME", help="Attempts since then, as 2026-01-17 or 12h.  [default: the last proof]"
)
@_option(
    "--from", "documents", multiple=True, type=_FILE, metavar="FILE", help="A saved confirm --json instead."
)
@_option(
    "--format", type=click.Choice(["md", "html", "json"]), help="Its form.  [default: as FILE's name, md]"
)
@_option("--output", "outputs", multiple=True, type=_FILE, metavar="FILE", help="Where to; repeatable.")
@_option(
    "--screenshot", "screenshots", multiple=True, type=_FILE, metavar="FILE", help="A picture to put in."
)
@_option("--picture", is_flag=True, help="Take a picture of the live app, where a browser is there.")
@_option(
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
@_options("repo", "config", "json")
@_option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="How many rollouts are listed."
)
@_option("--fetch/--no-fetch", default=True, help="Bring in the remote's ledger first.  [default: fetch]")
def history(**options: Any) -> int:
    """Tell the recorded rollouts, the newest first, and what they come to: time to live, stale by cause.

    \b
    Example: freshboot history --limit 50
    """
    return commands.history(**options)


@cli.command()
@click.argument("file")
@_options(*_COMMON, "commit", "branch", "publish", "url")
@_option("--timeout", callback=_duration, metavar="TIME", help="Longest wait.  [default: 30s]")
def where(**options: Any) -> int:
    """Say whether FILE is deployed: 0 yes, 1 no, 3 nobody answers.

    \b
    Example: freshboot where calculations.py --url https://your-app.streamlit.app
    """
    return commands.where(**options)


@cli.command()
@_options("repo", "config")
@_option("--record", required=True, metavar="TEXT", help="The output `record` of a step that confirmed.")
def record(**options: Any) -> int:
    """Write into the ledger what a job that may not write has confirmed.

    \b
    Example: freshboot record --record "$FRESHBOOT_RECORD"
    """
    return commands.record(**options)


@cli.command()
@_options(*_COMMON, *_PUSH, "force", *_WAIT, "remedies", *_MENDING)
@click.option("--dry-run", is_flag=True, help="Show the change and push nothing.")
def rollout(**options: Any) -> int:
    """Open the witness, stamp, publish and confirm, in one go.

    \b
    Example: freshboot rollout --url https://your-app.streamlit.app --bump patch
    """
    return commands.rollout(**options)


@cli.command()
@click.argument("name", type=click.Choice([AUTO, *REMEDIES, MOVE, RENAME]), envvar="FRESHBOOT_REMEDY")
@_options(*_COMMON, *_PUSH, *_WAIT, *_MENDING)
@click.option("--dry-run", is_flag=True, help="Say what would be done, show the change, and push nothing.")
@click.option("--no-confirm", is_flag=True, help="Do it, and wait for no verdict.")
@_option("--reinstall", is_flag=True, help="rebuild: also what it takes to install the same versions anew.")
@click.option("--to", metavar="NAME", help="move: the host, such as cloud-run. rename: the new name.")
@click.option(
    "--output",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="move: where to write.  [default: the repository]",
)
@_option("--file", metavar="FILE", help="rename: which one; with --undo by either of its names.")
@_option("--undo", is_flag=True, help="rename: bring back the name that the file had.")
@_option("--unchecked", is_flag=True, help="rename: also where the file cannot be imported here.")
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
@_options("repo", "json")
@click.option("--yes", is_flag=True, help="Remove it; without this it is only told.")
def clean(**options: Any) -> int:
    """Tell the caches that Python and Streamlit left in the repository; with --yes remove them.

    These are the folders __pycache__ and .streamlit/cache: no tracked file, no environment, nothing behind a
    link, nothing outside.

    \b
    Example: freshboot clean --yes
    """
    return commands.clean(**options)


@cli.group()
def lab() -> None:
    """A small cloud on this machine: real git, real Streamlit, an edge, and faults to order."""


@lab.command("up")
@click.argument("repository", default=".", metavar="REPO")
@_option("--entrypoint", metavar="FILE", help="The file that the lab runs.")
@_option("--replicas", type=click.IntRange(1), default=1, show_default=True, help="How many processes.")
@_option("--fault", "faults", multiple=True, metavar="FAULT", help="Such as hold-file:app.py; repeatable.")
@_option("--python", metavar="FILE", help="The interpreter that has Streamlit.  [default: this one]")
@_option(
    "--wheels",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Install requirements.txt from these wheels, in an environment for each replica.",
)
@_option(
    "--comments",
    is_flag=True,
    help="A changed comment in the dependency file makes the host start anew, too.",
)
@_option("--port", type=click.IntRange(0, 65535), default=0, help="The edge's port.  [default: a free one]")
@_OPTIONS["json"]
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
