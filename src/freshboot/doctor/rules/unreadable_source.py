"""A file of the app that is no Python."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        for module in snapshot.modules(app):
            if module.wrong:
                yield Found(f"it cannot be read as Python: {module.wrong}", module.path, module.wrong_line)


RULE = Rule(
    name="unreadable-source",
    severity=Severity.ERROR,
    field=Field.ELSEWHERE,
    what="A file that the app runs cannot be compiled.",
    why="The page raises SyntaxError on the host, and what was loaded before may go on. A Python that is "
    "newer than this one may read what this one does not: then run freshboot with that.",
    fix="mend the line",
    example="def totals(year)\n    return year",
    look=_look,
)
