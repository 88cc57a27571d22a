"""The rollouts of one app as rows, and what can be asked of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from freshboot.board.endings import ending
from freshboot.judge.verdict import Verdict
from freshboot.ledger.attempt import Attempt, moment
from freshboot.ledger.figures import times_to_live
from freshboot.ledger.fold import Rollout, in_order, rollouts
from freshboot.tell.report.badge import Badge, badge
from freshboot.tell.report.grid import MOST_COLUMNS, Tried
from freshboot.tell.report.incident import last_incident
from freshboot.tell.report.record import commit_id, read
from freshboot.tell.report.secrets import clean

_LONGEST = 160
_MOST_REMEDIES = 4


@dataclass(frozen=True)
class Place:
    """What the rollouts of one app have in common."""

    app: str
    branch: str


@dataclass(frozen=True)
class Row:
    """One rollout. ``verdict`` is None where its end is not recorded, or not in a form that can be read.

    ``time_to_live`` is in seconds, None where it was not measured; ``remedies`` were tried in it.
    """

    rollout: str
    at: datetime
    commit: str
    version: str
    badge: Badge | None
    verdict: Verdict | None
    cause: str
    remedies: tuple[str, ...]
    attempts: int
    time_to_live: float | None
    trigger: str
    reason: str


class Kind(str, Enum):
    """What rollouts can be picked by."""

    ALL = "All"
    WELL = "Proven"
    OLD = "Stale"
    CODE = "Code"
    DOUBT = "Not proven"


_OF_KIND: Mapping[Kind, tuple[Verdict | None, ...]] = {
    Kind.ALL: (*Verdict, None),
    Kind.WELL: (Verdict.PROVEN, Verdict.SUPERSEDED),
    Kind.OLD: (Verdict.STALE,),
    Kind.CODE: (Verdict.CODE,),
    Kind.DOUBT: (Verdict.SEEN, Verdict.UNPROVEN, None),
}


def places(attempts: Sequence[Attempt]) -> tuple[Place, ...]:
    """The apps that are told of, the one with the latest attempt first."""
    return tuple(dict.fromkeys(map(_place, reversed(in_order(attempts)))))


def of_place(attempts: Sequence[Attempt], place: Place | None) -> tuple[Attempt, ...]:
    """The attempts of one app, in the order of time; none without one."""
    return tuple(one for one in in_order(attempts) if _place(one) == place)


def of_other_branches(attempts: Sequence[Attempt], place: Place | None) -> tuple[Attempt, ...]:
    """The attempts of other branches at the same app, in the order of time; none where it has no address."""
    if place is None or not place.app:
        return ()
    others = (one for one in in_order(attempts) if _place(one) != place)
    return tuple(one for one in others if _place(one).app == place.app)


def rows(attempts: Sequence[Attempt]) -> tuple[Row, ...]:
    """The rollouts, the newest first."""
    times = times_to_live(attempts)
    return tuple(_row(one, times) for one in reversed(rollouts(attempts)))


def of_kind(told: Sequence[Row], kind: Kind) -> tuple[Row, ...]:
    """Those rollouts whose verdict is of a kind."""
    return tuple(one for one in told if one.verdict in _OF_KIND[kind])


def incident_of(attempts: Sequence[Attempt], rollout: str) -> tuple[Attempt, ...]:
    """What the report of a rollout tells: its incident as it stood at its end; empty for one not recorded."""
    ends = [at for at, one in enumerate(attempts, 1) if one.rollout == rollout]
    return last_incident(attempts[: ends[-1]]) if ends else ()


def columns(attempts: Sequence[Attempt]) -> tuple[Tried, ...]:
    """What the picture takes of the latest attempts, numbered as they were made."""
    first = max(len(attempts) - MOST_COLUMNS, 0)
    return tuple(
        Tried(number, commit_id(one.commit), one.stamp, one.changed, read(one.result))
        for number, one in enumerate(attempts[first:], first + 1)
    )


def _place(one: Attempt) -> Place:
    return Place(one.app.rstrip("/"), one.branch)


def _row(one: Rollout, times: Mapping[str, float]) -> Row:
    last, end = one.attempts[-1], ending(one.attempts[-1])
    remedies = dict.fromkeys(clean(each.remedy, 40) for each in one.attempts if each.remedy)
    return Row(
        rollout=one.id,
        at=moment(one.attempts[0].pushed or one.attempts[0].began),
        commit=commit_id(last.commit),
        version=clean(last.version, 40),
        badge=badge(last.stamp),
        verdict=end.verdict if end else None,
        cause=end.causes[0].value if end and end.causes else "",
        remedies=tuple(remedies)[:_MOST_REMEDIES],
        attempts=len(one.attempts),
        time_to_live=next((times[each.id] for each in one.attempts if each.id in times), None),
        trigger=clean(last.trigger, 40),
        reason=clean(last.reason, _LONGEST),
    )
