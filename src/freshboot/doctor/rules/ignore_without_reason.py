"""A comment that ignores a finding and does not say why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from freshboot.doctor.finding import Found, Rule, Severity, with_the_rest
from freshboot.doctor.ignores import Ignore


def without_reason(comments: Iterable[Ignore]) -> Iterator[Found]:
    """The comments that do not say why."""
    for one in comments:
        if not one.reason:
            yield Found(
                f"ignore[{', '.join(one.names)}] gives no reason, so it ignores nothing", one.path, one.line
            )


RULE = Rule(
    name="ignore-without-reason",
    severity=Severity.WARNING,
    field=None,
    what="A comment ignores a finding and does not say why.",
    why="In half a year nobody knows whether the reason still holds. Without one the finding stands.",
    fix="write the reason behind the bracket",
    example="import lib.helpers  # freshboot: ignore[unwatched-module]",
    look=with_the_rest,
)
