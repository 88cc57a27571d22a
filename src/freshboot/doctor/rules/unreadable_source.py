"""A file of the app that is no Python."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field

_NEW = (3, 12)
"""An older Python knows too little: what a host's newer one reads is no error."""


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        for module in snapshot.modules(app):
            if module.wrong:
                words = f"Python {platform.python_version()} cannot read it: {module.wrong}"
                severity = Severity.NOTE if sys.version_info < _NEW else None
                yield Found(words, module.path, module.wrong_line, severity)


RULE = Rule(
    name="unreadable-source",
    severity=Severity.ERROR,
    field=Field.ELSEWHERE,
    what="A file that the app runs cannot be compiled.",
    why="The page raises SyntaxError on the host, and what was loaded before may go on. A newer Python may "
    "read what an older one does not: below 3.12 this is a note.",
    fix="mend the line",
    example="def totals(year)\n    return year",
    look=_look,
)
