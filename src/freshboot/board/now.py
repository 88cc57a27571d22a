"""What the latest record says of what is live: what was proven then, and never more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from freshboot.board.endings import Ending, ending
from freshboot.judge.verdict import Verdict
from freshboot.ledger.attempt import Attempt, moment
from freshboot.ledger.figures import live_at
from freshboot.tell.report.addresses import public
from freshboot.tell.report.badge import Badge, badge
from freshboot.tell.report.record import commit_id, read
from freshboot.tell.report.secrets import clean
from freshboot.tell.report.words import RECORDED

_BEGAN = "A rollout began, and its end is not recorded."
_ILLEGIBLE = "The latest record cannot be read."


@dataclass(frozen=True)
class Later:
    """A later record of the same app, made by a rollout of another branch: its commit, and when it was."""

    branch: str
    commit: str
    verdict: Verdict | None
    at: datetime


@dataclass(frozen=True)
class Now:
    """The latest attempt's record.

    ``live`` is the commit that was live, empty where that is not known or there were several; ``at`` when
    that was found. ``since`` is when it was first proven without anything else between, ``times`` how often.
    ``release`` is the commit that the attempt was for. ``before`` is the last record of an end, where the
    latest tells of none; ``later`` what another branch's rollout came to at the same app since.
    """

    verdict: Verdict | None
    cause: str
    title: str
    sentence: str
    release: str
    live: str
    badge: Badge | None
    at: datetime
    since: datetime | None
    times: int
    app: str
    branch: str
    run_url: str
    before: Now | None = None
    later: Later | None = None


def now(attempts: Sequence[Attempt], others: Sequence[Attempt] = ()) -> Now | None:
    """The latest record of one app and branch; None where there is none.

    ``others`` are the attempts of other branches at the same app. Both stand in the order of time.
    """
    if not attempts:
        return None
    endings = [ending(one) for one in attempts]
    last = replace(_now(attempts, endings), later=_later(attempts[-1], others))
    ended = next((at for at in range(len(endings), 0, -1) if endings[at - 1]), 0)
    if last.verdict is None and ended:
        return replace(last, before=_now(attempts[:ended], endings[:ended]))
    return last


def _now(attempts: Sequence[Attempt], endings: Sequence[Ending | None]) -> Now:
    last, result = attempts[-1], read(attempts[-1].result)
    live = endings[-1].live if endings[-1] else ""
    same = _same(endings) if live else 0
    found = [one for one in (live_at(each) for each in attempts[len(attempts) - same :]) if one]
    return Now(
        verdict=result.verdict if result else None,
        cause=result.cause.value if result and result.cause else "",
        title=RECORDED[result.verdict] if result else _ILLEGIBLE if last.ended else _BEGAN,
        sentence=result.explanation if result else "",
        release=result.commit if result and result.commit else commit_id(last.commit),
        live=live,
        badge=badge(result.live_stamp or result.stamp if result and live else last.stamp),
        at=_at(last),
        since=found[0] if found else None,
        times=same,
        app=public(last.app),
        branch=clean(last.branch, 120),
        run_url=public(last.run_url),
    )


def _later(last: Attempt, others: Sequence[Attempt]) -> Later | None:
    if not others or _at(others[-1]) <= _at(last):
        return None
    one, end = others[-1], ending(others[-1])
    commit = end.live if end and end.live else commit_id(one.commit)
    return Later(clean(one.branch, 120), commit, end.verdict if end else None, _at(one))


def _at(attempt: Attempt) -> datetime:
    return moment(attempt.ended or attempt.began)


def _same(endings: Sequence[Ending | None]) -> int:
    """How many records in a row, to the last one, proved the same commit to be live."""
    found = [one.live if one else "" for one in reversed(endings)]
    return next((at for at, one in enumerate(found) if one != found[0]), len(found))
