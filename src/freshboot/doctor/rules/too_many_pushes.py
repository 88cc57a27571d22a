"""More pushes than the host applies."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field

_A_MINUTE = 60.0
_MOST = 5
"""Updates a minute that Community Cloud applies (high confidence)."""


def _look(snapshot: Snapshot) -> Iterator[Found]:
    recent = sum(0 <= seconds < _A_MINUTE for seconds in snapshot.pushes)
    if recent >= _MOST:
        yield Found(f"{recent} pushes were made within the last minute, and the host applies {_MOST}")


RULE = Rule(
    name="too-many-pushes",
    severity=Severity.WARNING,
    field=Field.NOT_APPLIED,
    what="The branch was pushed to five times or more within the last minute.",
    why="Community Cloud applies five updates a minute. What comes after may be left out, and nothing says "
    "so.",
    fix="wait a minute, and push once",
    example="git push    # for the sixth time within a minute",
    look=_look,
)
