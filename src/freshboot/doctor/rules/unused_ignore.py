"""A comment that ignores nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from freshboot.doctor.finding import Finding, Found, Rule, Severity, with_the_rest
from freshboot.doctor.ignores import Ignore


def unused(comments: Iterable[Ignore], findings: Sequence[Finding]) -> Iterator[Found]:
    """The names in comments that no finding there has."""
    for one in comments:
        for name in one.names if one.reason else ():
            places = ((found.rule.name, found.found.path, found.found.line) for found in findings)
            if not any(place[0] == name and one.means(*place) for place in places):
                yield Found(f"nothing is found there that ignore[{name}] would be for", one.path, one.line)


RULE = Rule(
    name="unused-ignore",
    severity=Severity.NOTE,
    field=None,
    what="A comment names a rule that finds nothing there.",
    why="What it was for is gone, or its name is not a rule's. It would hide the next one.",
    fix="take the comment out",
    example="import helpers  # freshboot: ignore[sys-path] it was needed once",
    look=with_the_rest,
)
