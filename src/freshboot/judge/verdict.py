"""From all observations of a wait to what may be said now: verdict, cause, and whether to wait on."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import Enum

from freshboot.judge.causes import Cause, cause_of_absence, cause_of_readings
from freshboot.judge.evidence import Absence, FileFinding, Observation


class Verdict(str, Enum):
    """What the evidence allows to be said, never more."""

    PROVEN = "proven"
    SUPERSEDED = "superseded"
    STALE = "stale"
    SEEN = "seen"
    UNPROVEN = "unproven"


EXIT_CODES = {
    Verdict.PROVEN: 0,
    Verdict.SUPERSEDED: 0,
    Verdict.STALE: 1,
    Verdict.SEEN: 3,
    Verdict.UNPROVEN: 3,
}

MISSES = 20
"""A process that this many later answers did not come from is taken to be gone."""

_MAY_PASS = frozenset({Absence.DOWN, Absence.STARTING, Absence.TIMEOUT, Absence.NO_ATTESTATION})
"""What a restart can look like from outside: worth waiting for to the end."""


@dataclass(frozen=True)
class Policy:
    """What a verdict takes: seconds of settling and of grace, and how many processes are expected.

    ``accept_seen`` is ``--require stamp``; ``wakes`` tells that a sleeping app is being woken.
    """

    settle: float = 10.0
    grace: float = 120.0
    replicas: int = 1
    accept_seen: bool = False
    wakes: bool = True


@dataclass(frozen=True)
class Judgement:
    """What may be said at this moment. ``final``: waiting will not change it, or the wait is over.

    ``live`` are the latest observations of the processes that still answer. ``fresh_at`` is when the
    unbroken run of fresh answers began, in seconds since the wait began.
    """

    verdict: Verdict
    cause: Cause | None
    final: bool
    live: tuple[Observation, ...] = ()
    fresh_at: float | None = None
    detail: str = ""
    exit_code: int = 3

    @property
    def findings(self) -> tuple[FileFinding, ...]:
        """Every file that is not fresh in a live process, each once, in the order of the layers."""
        found = dict.fromkeys(one for seen in self.live if seen.reading for one in seen.reading.findings)
        return tuple(sorted(found, key=lambda one: one.place))


def judge(
    observations: Sequence[Observation], policy: Policy, now: float, *, over: bool = False
) -> Judgement:
    """Judge the evidence at ``now`` (seconds since the wait began); ``over`` when no time is left.

    ``proven`` takes, from every process that still answers and from no more and no fewer of them than
    expected, nothing but fresh answers for one and the same commit over the whole settle window.
    """
    live = live_processes(observations)
    if not live:
        return _without_answer(observations, policy, now, over)
    fresh_at = _fresh_since(observations)
    if fresh_at is None or not all(one.fresh for one in live):
        return _not_fresh(observations, live, policy, now, over)
    if len({one.commit for one in live}) > 1:
        return _waiting(Cause.MIXED_REPLICAS, over, live, fresh_at, "two processes run two different commits")
    if len(live) != policy.replicas:
        words = f"{len(live)} processes answer, and {policy.replicas} expected"
        return _waiting(Cause.MIXED_REPLICAS, over, live, fresh_at, words)
    if observations[-1].at - fresh_at < policy.settle:
        return _waiting(None, over, live, fresh_at, "the settle window is not over")
    verdict = Verdict.SUPERSEDED if live[0].superseding else Verdict.PROVEN
    return Judgement(verdict, None, True, live, fresh_at, exit_code=EXIT_CODES[verdict])


def live_processes(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    """The latest answer of each process that may still be answering, in the order of their first answers."""
    answers = [one for one in observations if one.boot_id is not None]
    latest = {one.boot_id: (index, one) for index, one in enumerate(answers)}
    return tuple(one for index, one in latest.values() if len(answers) - 1 - index < MISSES)


def _waiting(
    cause: Cause | None, over: bool, live: tuple[Observation, ...], fresh_at: float | None, detail: str
) -> Judgement:
    return Judgement(Verdict.UNPROVEN, cause, over, live, fresh_at, detail)


def _fresh_since(observations: Sequence[Observation]) -> float | None:
    """When the unbroken run of fresh answers began that lasts until now; an outage breaks it as well."""
    since = None
    commit = observations[-1].commit
    for one in reversed(observations):
        if not one.fresh or one.commit != commit:
            break
        since = one.at
    return since


def _not_fresh(
    observations: Sequence[Observation], live: tuple[Observation, ...], policy: Policy, now: float, over: bool
) -> Judgement:
    last = observations[-1]
    if all(one.fresh for one in live) and last.absence is not None:
        return _waiting(cause_of_absence(last.absence), over, live, None, last.detail)
    cause = cause_of_readings(live)
    final = over or (last.absence is None and now - _unchanged_since(observations) >= policy.grace)
    certain = any(one.reading is not None and one.reading.stale for one in live)
    verdict = Verdict.STALE if certain and final else Verdict.UNPROVEN
    return Judgement(verdict, cause, final, live, None, _words(live), EXIT_CODES[verdict])


def _words(live: Sequence[Observation]) -> str:
    barriers = dict.fromkeys(word for one in live if one.reading for word in one.reading.barriers)
    return "; ".join(barriers)


def _unchanged_since(observations: Sequence[Observation]) -> float:
    """Since when every process has answered just what it answers now, and none has joined."""
    latest: dict[str | None, Hashable] = {}
    since = observations[-1].at
    for one in reversed(observations):
        if latest.setdefault(one.boot_id, _signature(one)) != _signature(one):
            break
        since = one.at
    first_seen = {one.boot_id: one.at for one in reversed(observations)}
    return max(since, *(first_seen[one.boot_id] for one in live_processes(observations) or observations[-1:]))


def _signature(one: Observation) -> Hashable:
    return one.reading, one.commit, one.absence, one.shows_stamp


def _without_answer(observations: Sequence[Observation], policy: Policy, now: float, over: bool) -> Judgement:
    if not observations:
        return Judgement(Verdict.UNPROVEN, None, over, detail="nothing was asked yet")
    last = observations[-1]
    absence = last.absence or Absence.DOWN
    unchanged = now - _unchanged_since(observations)
    if last.shows_stamp:
        final = over or unchanged >= policy.settle
        exit_code = 0 if policy.accept_seen and unchanged >= policy.settle else EXIT_CODES[Verdict.SEEN]
        return Judgement(Verdict.SEEN, Cause.NO_AGENT, final, detail=last.detail, exit_code=exit_code)
    may_pass = absence in _MAY_PASS or (absence is Absence.ASLEEP and policy.wakes)
    final = over or (unchanged >= policy.grace and not may_pass)
    return Judgement(Verdict.UNPROVEN, cause_of_absence(absence), final, detail=last.detail)
