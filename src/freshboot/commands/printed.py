"""What commands print: prose on standard error, JSON and diffs on standard output."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from freshboot.errors import FreshbootError
    from freshboot.stamp.plan import Edit
    from freshboot.tell.terminal import Loudness, Terminal

_DIFF_SCHEMA = "diff-v1"
_told: list[Terminal] = []
"""The one terminal, once somebody asked for it: a line that is drawn at its end must know of all others."""


def terminal(loudness: Loudness | None = None) -> Terminal:
    """Where prose goes: standard error. A loudness holds from then on."""
    from freshboot.tell.terminal import Loudness, Terminal

    if loudness is not None or not (_told and _told[0].writes_to(sys.stderr)):
        _told[:] = [Terminal(sys.stderr, loudness or Loudness.NORMAL)]
    return _told[0]


def close_terminal() -> None:
    """End what is drawn, and forget how much was to be told."""
    if _told:
        _told.pop().awaiting("")


def tell_error(error: FreshbootError) -> None:
    """An error with its remedy; in a workflow it shows on the run's page."""
    terminal().error(error)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for one in (error, *error.others):
            sys.stderr.write(_annotation(one) + "\n")


def _annotation(error: FreshbootError) -> str:
    """The workflow command that shows an error on the run's page, and on the line of a file that is wrong."""
    from freshboot.errors import ConfigurationError
    from freshboot.tell.safe import command_message, command_property

    words = command_message(f"{error.message}; {error.remedy}" if error.remedy else error.message)
    if not isinstance(error, ConfigurationError) or error.file is None:
        return f"::error title=freshboot::{words}"
    line = f",line={error.line}" if error.line else ""
    return f"::error file={command_property(error.file)}{line},title=freshboot::{words}"


def set_outputs(**values: str) -> None:
    """What later steps of a workflow may read."""
    if "GITHUB_OUTPUT" in os.environ:
        from freshboot.tell import github

        github.set_outputs(values)


def show_change(change: str, *, as_json: bool) -> int:
    """Print a diff, for a log that many read: without the credentials of addresses in it."""
    from freshboot.repository.git import redact

    shown = redact(change)
    if as_json:
        print_json({"schema": _DIFF_SCHEMA, "diff": shown})
    else:
        print_text(shown)
    return 0


def diff_to_show(edits: Iterable[Edit]) -> str:
    """What they change, in the same way."""
    from freshboot.repository.git import redact
    from freshboot.stamp.diff import diff_of

    return redact(diff_of(edits))


def print_text(text: str) -> None:
    """What files hold, as it is; in a workflow's log only what the runner takes for text."""
    from freshboot.tell.safe import text_for_runner

    print_(text_for_runner(text) if os.environ.get("GITHUB_ACTIONS") == "true" else text)


def print_json(value: object) -> None:
    """``##[`` is written in another way: the Actions runner takes it for a command, also within JSON."""
    import json

    print_(json.dumps(value).replace("##[", "##\\u005b") + "\n")


def print_(text: str) -> None:
    """Write to standard output; a reader that has gone away changes no exit code."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
