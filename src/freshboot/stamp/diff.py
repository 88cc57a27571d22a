"""A plan as a unified diff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import unified_diff

from freshboot.stamp.plan import Edit, Plan


def diff(plan: Plan) -> str:
    """What the plan changes, in the form of ``git diff``; ``git apply`` takes it where the files are UTF-8.

    Carriage returns stand in it as in the file, and a missing final newline is told. Bytes that are not UTF-8
    are written as a backslash, ``x`` and two digits.
    """
    return diff_of(plan.edits)


def diff_of(edits: Iterable[Edit]) -> str:
    """The same of edits alone."""
    return "".join(line for edit in edits for line in _diff(edit))


def _diff(edit: Edit) -> Iterator[str]:
    old = "/dev/null" if edit.before is None else f"a/{edit.path}"
    for line in unified_diff(_lines(edit.before or b""), _lines(edit.after), old, f"b/{edit.path}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(data: bytes) -> list[str]:
    # Only the newline ends a line, as for git: str.splitlines() knows many more.
    text = data.decode("utf-8", "backslashreplace")
    return [line for line in text.replace("\n", "\n\0").split("\0") if line]
