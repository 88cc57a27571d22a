"""What the rollouts of one app come to: how long until a push was live, and what went wrong with others."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from freshboot.board.endings import ending
from freshboot.board.rollouts import Row
from freshboot.judge.causes import Cause
from freshboot.ledger.attempt import Attempt
from freshboot.ledger.fold import stories
from freshboot.tell.report.words import NAMES

_LEAST, _SHARE = 9, 25
"""The middle is that of the latest nine releases, or of the latest 25th part of all, if those are more."""


@dataclass(frozen=True)
class Wait:
    """One release's time to live in seconds, when it was pushed, and the middle of the latest ones then."""

    at: datetime
    commit: str
    seconds: float
    middle: float


@dataclass(frozen=True)
class Met:
    """A cause, what people call it, and in how many releases it was met."""

    cause: str
    name: str
    releases: int


def waits(rows: Sequence[Row]) -> tuple[Wait, ...]:
    """The times to live that were measured, the oldest first."""
    told = sorted((one for one in rows if one.time_to_live is not None), key=lambda one: one.at)
    seconds = [one.time_to_live or 0.0 for one in told]
    window = max(_LEAST, len(told) // _SHARE)
    return tuple(
        Wait(one.at, one.commit, seconds[at], statistics.median(seconds[max(at + 1 - window, 0) : at + 1]))
        for at, one in enumerate(told)
    )


def causes(attempts: Sequence[Attempt]) -> tuple[Met, ...]:
    """The causes of all verdicts, the most frequent first; a release counts once for each."""
    found: Counter[Cause] = Counter()
    for chain in stories(attempts).values():
        endings = (ending(one) for one in chain)
        found.update({cause for one in endings if one for cause in one.causes})
    ordered = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Met(cause.value, NAMES[cause], count) for cause, count in ordered)
