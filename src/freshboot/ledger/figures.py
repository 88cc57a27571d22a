"""What the ledger counts: how long until the push was live, what was stale and why, what helped."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from freshboot.ledger.attempt import Attempt, moment, written
from freshboot.ledger.fold import in_order, stories

PROVEN, SUPERSEDED, STALE = "proven", "superseded", "stale"
_ALL_FRESH = (PROVEN, SUPERSEDED, "code")
"""Verdicts with which every process attested exactly the release, or a later one."""
_OLD_STATES = ("stale", "missing", "ghost", "kept")
_NO_CAUSE = "unknown"
_LONGEST_SECONDS = 1e9


class Spread(NamedTuple):
    """Durations in seconds: the one in the middle, and the one that nine of ten do not exceed."""

    median: float
    p90: float


class Tries(NamedTuple):
    """How often a remedy was applied, and how often that attempt ended proven."""

    applied: int
    proven: int


class Spell(NamedTuple):
    """A time in which a file was not live as released, from a push to a proof; None: no proof came yet."""

    path: str
    since: str
    until: str | None

    @property
    def seconds(self) -> float | None:
        """How long it lasted."""
        return None if self.until is None else _seconds(moment(self.since), moment(self.until))


@dataclass(frozen=True)
class Figures:
    """The ledger in numbers. A release counts once, with all the stamps that remedies made of it.

    ``proven`` releases were proven at last, ``at_first`` those by their first attempt; ``superseded`` were
    not, but a later one was live. ``unfinished`` are attempts that were begun and never ended.
    ``time_to_live`` is from a release's first push until all processes had it, None where that never was
    measured; ``stale`` how many releases were stale, by the cause that was found first.
    """

    releases: int
    proven: int
    at_first: int
    superseded: int
    unfinished: int
    time_to_live: Spread | None
    stale: Mapping[str, int]
    remedies: Mapping[str, Tries]
    spells: tuple[Spell, ...]


def figures(attempts: Iterable[Attempt]) -> Figures:
    """Count."""
    told = in_order(attempts)
    chains = list(stories(told).values())
    proven = [chain for chain in chains if _first(chain, PROVEN)]
    others = [chain for chain in chains if not _first(chain, PROVEN)]
    return Figures(
        releases=len(chains),
        proven=len(proven),
        at_first=sum(chain[0].verdict == PROVEN for chain in proven),
        superseded=sum(_first(chain, SUPERSEDED) is not None for chain in others),
        unfinished=sum(one.ended is None for one in told),
        time_to_live=spread(list(times_to_live(told).values())),
        stale=_most_first(_cause_of(one) for chain in chains if (one := _first(chain, STALE))),
        remedies=_tries(told),
        spells=spells(told),
    )


def times_to_live(attempts: Iterable[Attempt]) -> Mapping[str, float]:
    """Seconds from a release's first push until it was live, by the id of the attempt that proved it."""
    times = {}
    for chain in stories(attempts).values():
        pushed = next((one.pushed for one in chain if one.pushed), None)
        proof = _first(chain, PROVEN)
        live = proof and live_at(proof)
        if pushed and proof and live:
            times[proof.id] = _seconds(moment(pushed), live)
    return times


def live_at(attempt: Attempt) -> datetime | None:
    """When all processes had the release: at the end of a proven attempt, less the time that it settled."""
    if attempt.ended is None:
        return None
    timing = _mapping((attempt.result or {}).get("timing"))
    detected, settled = _number(timing.get("detected_s")), _number(timing.get("settled_s"))
    held = 0.0 if detected is None or settled is None else max(settled - detected, 0.0)
    began, ended = moment(attempt.began), moment(attempt.ended)
    return ended - timedelta(seconds=min(held, _seconds(began, ended)))


def spread(seconds: Sequence[float]) -> Spread | None:
    """The spread of durations; None of none."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    return Spread(statistics.median(ordered), ordered[math.ceil(0.9 * len(ordered)) - 1])


def spells(attempts: Iterable[Attempt]) -> tuple[Spell, ...]:
    """For how long which file was old, on each branch and app; as they began."""
    places: dict[tuple[str, str], list[Attempt]] = {}
    for one in in_order(attempts):
        places.setdefault((one.branch, one.app), []).append(one)
    found = (spell for told in places.values() for spell in _spells(told))
    return tuple(sorted(found, key=lambda one: (moment(one.since), one.path)))


def _spells(attempts: Sequence[Attempt]) -> Iterator[Spell]:
    """Those of one app. A spell begins with the push that the file did not come with."""
    old: dict[str, str] = {}
    pushes: dict[str, list[Attempt]] = {}
    for one in attempts:
        pushed = pushes.setdefault(one.source, [])
        if one.pushed:
            pushed.append(one)
        live = live_at(one) if one.verdict in _ALL_FRESH else None
        if live is not None:
            yield from (Spell(path, since, _later(since, live)) for path, since in old.items())
            old.clear()
        elif one.verdict == STALE:
            old.update({path: _since(path, pushed, one) for path in _old_files(one) if path not in old})
    yield from (Spell(path, since, None) for path, since in old.items())


def _since(path: str, pushes: Sequence[Attempt], found: Attempt) -> str:
    """When a file was pushed that an attempt found old: with the newest push of its release that changed it.

    Where none is known to, with the first one; where there was none, when the attempt began.
    """
    changes = [one for one in pushes if path in one.changed]
    known = [one.pushed for one in (*changes[-1:], *pushes[:1]) if one.pushed]
    return known[0] if known else found.began


def _old_files(attempt: Attempt) -> list[str]:
    files = (attempt.result or {}).get("files")
    rows = map(_mapping, files) if isinstance(files, list) else ()
    found = (one.get("path") for one in rows if one.get("state") in _OLD_STATES)
    return [path for path in found if isinstance(path, str) and path]


def _tries(attempts: Sequence[Attempt]) -> Mapping[str, Tries]:
    applied = _most_first(one.remedy for one in attempts if one.remedy)
    proven = Counter(one.remedy for one in attempts if one.remedy and one.verdict == PROVEN)
    return {name: Tries(count, proven[name]) for name, count in applied.items()}


def _first(chain: Sequence[Attempt], verdict: str) -> Attempt | None:
    return next((one for one in chain if one.verdict == verdict), None)


def _cause_of(attempt: Attempt) -> str:
    return attempt.cause or _NO_CAUSE


def _most_first(names: Iterable[str]) -> Mapping[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda one: (-one[1], one[0])))


def _later(since: str, live: datetime) -> str:
    """The end of a spell, which the clocks of two machines must not put before its beginning."""
    return written(max(moment(since), live))


def _seconds(since: datetime, until: datetime) -> float:
    return max((until - since).total_seconds(), 0.0)


def _number(value: object) -> float | None:
    return value if isinstance(value, (int, float)) and abs(value) < _LONGEST_SECONDS else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
