"""What it cost: how long which file was old and which number wrong, from the push to the proof.

All of it is computed from the record. A span ends with the first attempt that shows the thing mended; where
none does, it lasts at least to the last look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from freshboot.judge.checks import CheckResult
from freshboot.judge.numbers import NotANumber, comparable, parse
from freshboot.proof import Layer
from freshboot.tell.report.record import Result
from freshboot.tell.report.secrets import clean
from freshboot.tell.report.words import counted, duration, when

_MOST = 50
_THOUSANDS_OR_NOT = re.compile(r"\d\.\d{3}(?!\d)")
"""A point that may part thousands, or be the decimal sign: nobody can say how far such numbers are apart."""
_IsBad = Callable[[str, Result], "bool | None"]


@dataclass(frozen=True)
class Told:
    """What the impact takes of an attempt: when it was pushed, when its answer was there, and the answer."""

    commit: str
    changed: tuple[str, ...]
    remedy: str
    pushed: datetime | None
    began: datetime | None
    ended: datetime | None
    result: Result | None

    @property
    def first(self) -> datetime | None:
        """When the release could be expected at the earliest."""
        return self.pushed or self.began

    @property
    def fresh_at(self) -> datetime | None:
        """When the unbroken run of fresh answers began, else when the attempt ended; never after its end."""
        seconds = self.result.detected if self.result else None
        if self.began is None or self.ended is None or seconds is None:
            return self.ended
        lasted = max((self.ended - self.began).total_seconds(), 0.0)
        return self.began + timedelta(seconds=min(seconds, lasted))


@dataclass(frozen=True)
class Span:
    """Something that was old or wrong: since when, until when (None: to the last look), and for how long."""

    what: str
    is_file: bool
    since: datetime | None
    until: datetime | None
    seconds: float | None
    words: str
    is_over: bool


@dataclass(frozen=True)
class Impact:
    """The sums. ``seconds``: from the first push to the proof, or to the last look where there is none."""

    attempts: int
    releases: int
    remedies: tuple[str, ...]
    first: datetime | None
    last: datetime | None
    proven: datetime | None
    seconds: float | None
    spans: tuple[Span, ...]


def impact(attempts: Sequence[Told]) -> Impact:
    """What a row of attempts cost, the first one first."""
    first = next((one.first for one in attempts if one.first), None)
    last = next((one.ended for one in reversed(attempts) if one.ended), None)
    final = attempts[-1].result if attempts else None
    is_proven = final is not None and final.is_well
    proven = attempts[-1].fresh_at if is_proven else None
    return Impact(
        attempts=len(attempts),
        releases=len({one.commit for one in attempts}),
        remedies=tuple(one.remedy for one in attempts if one.remedy),
        first=first,
        last=last,
        proven=proven,
        seconds=_seconds(first, proven or last),
        spans=(*_files(attempts), *_checks(attempts)),
    )


def _files(attempts: Sequence[Told]) -> list[Span]:
    layers: dict[str, set[Layer]] = {}
    for told in attempts:
        for one in told.result.old if told.result else ():
            if one.path:
                layers.setdefault(one.path, set()).add(one.layer)
    return [
        _span(path, attempts, partial(_is_old, layers=some), is_file=True)
        for path, some in list(layers.items())[:_MOST]
    ]


def _checks(attempts: Sequence[Told]) -> list[Span]:
    names = dict.fromkeys(one.name for told in attempts if told.result for one in told.result.failed)
    return [_span(name, attempts, _is_wrong, is_file=False) for name in list(names)[:_MOST]]


def _is_old(path: str, result: Result, layers: Collection[Layer]) -> bool | None:
    """Whether a file is old; None where the answers do not tell it of all layers in which it ever was."""
    if any(one.path == path for one in result.old):
        return True
    return False if result.holds(path, layers) else None


def _is_wrong(name: str, result: Result) -> bool | None:
    found = next((one for one in result.checks if one.name == name), None)
    return None if found is None or found.unseen else not found.passed


def _span(what: str, attempts: Sequence[Told], is_bad: _IsBad, *, is_file: bool) -> Span:
    """From the push that the first attempt shows it of, to the first that shows it mended after the last."""
    states = [is_bad(what, one.result) if one.result else None for one in attempts]
    begin, end = states.index(True), len(states) - 1 - states[::-1].index(True)
    mended = next(
        (one for one, state in zip(attempts[end:], states[end:], strict=True) if state is False), None
    )
    since = attempts[_pushed(what, attempts, states, begin)].first
    until = mended.fresh_at if mended else None
    last = next((one.ended for one in reversed(attempts) if one.ended), None)
    words = _words(what, attempts[end].result, is_file=is_file)
    return Span(clean(what), is_file, since, until, _seconds(since, until or last), words, mended is not None)


def _pushed(path: str, attempts: Sequence[Told], states: Sequence[bool | None], found: int) -> int:
    """The attempt that pushed what was found old: that one, or an earlier one that nobody could tell of."""
    at = found
    while path not in attempts[at].changed and at and states[at - 1] is None:
        at -= 1
    return at if path in attempts[at].changed else found


def _words(what: str, result: Result | None, *, is_file: bool) -> str:
    if result is None:
        return ""
    if is_file:
        layers = dict.fromkeys(one.layer.value for one in result.old if one.path == what)
        return f"old in {', '.join(layers)}"
    return wrong(next(one for one in result.failed if one.name == what))


def wrong(check: CheckResult) -> str:
    """What a failed check showed in place of what, and how far off that is where both are numbers."""
    told = f"it showed {check.found} in place of {check.expected}"
    texts = check.found, check.expected.split(" ± ")[0]
    try:
        found, expected = map(parse, texts)
    except NotANumber:
        return told
    if not comparable(found, expected) or any(map(_THOUSANDS_OR_NOT.search, texts)):
        return told
    way = "short by" if found.value < expected.value else "over by"
    return f"{told}: {way} {abs(expected.value - found.value):,}"


def _seconds(since: datetime | None, until: datetime | None) -> float | None:
    return max((until - since).total_seconds(), 0.0) if since and until else None


def sums(told: Impact) -> list[str]:
    """The sums of the impact, in sentences."""
    remedies = f", {counted(len(told.remedies), 'remedy', 'remedies')}" if told.remedies else ""
    found = [f"{counted(told.attempts, 'attempt')}, {counted(told.releases, 'release')}{remedies}."]
    if told.first and told.seconds is not None:
        end = f"the proof ({when(told.proven)})" if told.proven else f"the last look ({when(told.last)})"
        found.append(f"From the first push ({when(told.first)}) to {end}: {duration(told.seconds)}.")
    if not told.spans:
        found.append("No old file and no wrong number is on record.")
    return found


def until(one: Span) -> str:
    """When a span ended, or that it lasts."""
    return (when(one.until) if one.until else "mended") if one.is_over else "still so at the last look"


def lasted(one: Span) -> str:
    """For how long, where that is known."""
    if one.seconds is None:
        return "not known"
    return duration(one.seconds) if one.is_over else f"at least {duration(one.seconds)}"
