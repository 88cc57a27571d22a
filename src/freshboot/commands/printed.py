"""What commands print: prose on standard error, JSON and diffs on standard output."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from freshboot.errors import FreshbootError
    from freshboot.tell.terminal import Terminal

_DIFF_SCHEMA = "diff-v1"


def terminal() -> Terminal:
    """Where prose goes: standard error."""
    from freshboot.tell.terminal import Terminal

    return Terminal()


def tell_error(error: FreshbootError) -> None:
    """An error with its remedy; in a workflow it shows on the run's page."""
    terminal().error(error)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        from freshboot.tell.safe import command_message

        words = command_message(f"{error.message}; {error.remedy}" if error.remedy else error.message)
        sys.stderr.write(f"::error title=freshboot::{words}\n")


def set_outputs(**values: str) -> None:
    """What later steps of a workflow may read."""
    if "GITHUB_OUTPUT" in os.environ:
        from freshboot.tell import github

        github.set_outputs(values)


def show_change(change: str, *, as_json: bool) -> int:
    if as_json:
        print_json({"schema": _DIFF_SCHEMA, "diff": change})
    else:
        print_text(change)
    return 0


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
