"""Which attempts belong together: those of one incident, from the first that was not well to its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from freshboot.judge.verdict import Verdict
from freshboot.ledger.attempt import Attempt, moment

_WELL = (Verdict.PROVEN.value, Verdict.SUPERSEDED.value)


def of_app(attempts: Sequence[Attempt], app: str, branch: str) -> tuple[Attempt, ...]:
    """The attempts of one app and branch; where one is not given, those of the latest attempt's."""
    if not attempts:
        return ()
    app = (app or attempts[-1].app).rstrip("/")
    branch = branch or attempts[-1].branch
    return tuple(one for one in attempts if one.app.rstrip("/") == app and one.branch == branch)


def last_incident(attempts: Sequence[Attempt]) -> tuple[Attempt, ...]:
    """The latest attempt, and those before it back to the last that ended well."""
    begin = max(len(attempts) - 1, 0)
    while begin and attempts[begin - 1].verdict not in _WELL:
        begin -= 1
    return tuple(attempts[begin:])


def up_to(attempts: Sequence[Attempt], commit: str) -> tuple[Attempt, ...]:
    """The attempts until the last of one commit, as release or as what was stamped; else none."""
    places = [at for at, one in enumerate(attempts) if commit in (one.commit, one.source)]
    return tuple(attempts[: places[-1] + 1]) if places else ()


def since(attempts: Sequence[Attempt], time: datetime) -> tuple[Attempt, ...]:
    """The attempts that began at that time or later; those whose time is not known, too."""
    return tuple(one for one in attempts if not one.began or moment(one.began) >= time)
