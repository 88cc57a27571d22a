"""From all the evidence of a wait to what may be said now: verdict, causes, and whether to wait on."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from freshboot.judge.causes import Cause, causes_of, notes
from freshboot.judge.evidence import (
    Absence,
    Evidence,
    FileFinding,
    Looked,
    Observation,
    Origin,
    Requirement,
)
from freshboot.judge.pages import PageLook


class Verdict(str, Enum):
    """What the evidence allows to be said, never more."""

    PROVEN = "proven"
    SUPERSEDED = "superseded"
    STALE = "stale"
    SEEN = "seen"
    UNPROVEN = "unproven"
    CODE = "code"


EXIT_CODES = {
    Verdict.PROVEN: 0,
    Verdict.SUPERSEDED: 0,
    Verdict.STALE: 1,
    Verdict.SEEN: 3,
    Verdict.UNPROVEN: 3,
    Verdict.CODE: 4,
}

MISSES = 20
"""A process that this many later answers did not come from is taken to be gone."""
SAMPLES = 20
"""Where the number of processes is assumed: as many answers without a newcomer show that it holds."""

_MAY_PASS = frozenset(
    {
        Absence.DOWN,
        Absence.STARTING,
        Absence.TIMEOUT,
        Absence.NO_ATTESTATION,
        Absence.PLATFORM,
    }
)
"""What a restart, or an outage, can look like from outside: worth waiting for to the end."""


@dataclass(frozen=True)
class Policy:
    """What a verdict takes: seconds of settling and of grace, and how many processes are expected.

    ``assumed``: nobody said how many; then it takes a row of answers without a newcomer. ``accept_seen`` is
    ``--require stamp``; ``wakes`` tells that a sleeping app is being woken. ``looks``: nothing is proven
    until the pages were looked at.
    """

    settle: float = 10.0
    grace: float = 120.0
    replicas: int = 1
    assumed: bool = True
    accept_seen: bool = False
    wakes: bool = True
    looks: bool = False


@dataclass(frozen=True)
class Judgement:
    """What may be said at this moment. ``final``: waiting will not change it, or the wait is over.

    ``live`` are the latest observations of the processes that still answer. ``fresh_at`` is when the
    unbroken run of fresh answers began, in seconds since the wait began. ``causes``: the one to mend first
    first; ``notes`` are what the host says of them. ``to_look``: nothing is missing but a look at the pages.
    ``reboot`` is how a person starts the app afresh at this host, where that has words of its own.
    """

    verdict: Verdict
    causes: tuple[Cause, ...]
    final: bool
    live: tuple[Observation, ...] = ()
    fresh_at: float | None = None
    detail: str = ""
    exit_code: int = 3
    looked: Looked = field(default_factory=Looked)
    raised: tuple[PageLook, ...] = ()
    to_look: bool = False
    notes: Mapping[Cause, str] = field(default_factory=dict)
    reboot: tuple[str, ...] = ()

    @property
    def cause(self) -> Cause | None:
        """The cause to mend first."""
        return self.causes[0] if self.causes else None

    @property
    def findings(self) -> tuple[FileFinding, ...]:
        """Every file that is not fresh in a live process, each once, in the order of the layers."""
        found = dict.fromkeys(one for seen in self.live if seen.reading for one in seen.reading.findings)
        return tuple(sorted((*found, *self.looked.edge), key=lambda one: one.place))

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """Every requirement line that a live process does not meet."""
        return tuple(
            dict.fromkeys(one for seen in self.live if seen.reading for one in seen.reading.requirements)
        )

    @property
    def table(self) -> Mapping[Origin, tuple[str, ...]]:
        """The paths that come from each earlier commit, the newest first: what a mixed state consists of."""
        found: dict[Origin, set[str]] = {}
        for one in self.findings:
            if one.origin is not None and one.path is not None:
                found.setdefault(one.origin, set()).add(one.path)
        ordered = sorted(found.items(), key=lambda pair: (pair[0].behind, pair[0].commit, pair[0].path or ""))
        return {origin: tuple(sorted(paths)) for origin, paths in ordered}


def judge(evidence: Evidence, policy: Policy, now: float, *, over: bool = False) -> Judgement:
    """Judge the evidence at ``now`` (seconds since the wait began); ``over`` when no time is left.

    ``proven`` takes, from every process that still answers and from no more and no fewer of them than
    expected, nothing but fresh answers for one and the same commit over the whole settle window; and nothing
    wrong on the pages that were looked at.
    """
    judged = _judged(evidence, policy, now, over=over)
    return replace(judged, notes=notes(evidence), reboot=evidence.reboot)


def _judged(evidence: Evidence, policy: Policy, now: float, *, over: bool) -> Judgement:
    observations = evidence.observations
    live = live_processes(observations)
    if not live:
        return _without_answer(evidence, policy, now, over)
    fresh_at = _fresh_since(observations)
    if fresh_at is None or not all(one.fresh for one in live):
        return _not_fresh(evidence, live, policy, now, over)
    if words := _unsettled(observations, live, policy, fresh_at):
        mixed = (Cause.MIXED_REPLICAS,) if len({one.commit for one in live}) > 1 else ()
        return Judgement(Verdict.UNPROVEN, mixed or _miscounted(live, policy), over, live, fresh_at, words)
    if policy.looks and evidence.looked is None:
        words = "the pages were not looked at yet"
        return Judgement(Verdict.UNPROVEN, (), over, live, fresh_at, words, to_look=True)
    return _settled(evidence, live, fresh_at)


def live_processes(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    """The latest answer of each process that may still be answering, in the order of their first answers."""
    answers = [one for one in observations if one.boot_id is not None]
    latest = {one.boot_id: (index, one) for index, one in enumerate(answers)}
    return tuple(one for index, one in latest.values() if len(answers) - 1 - index < MISSES)


def _unsettled(
    observations: Sequence[Observation], live: Sequence[Observation], policy: Policy, fresh_at: float
) -> str:
    """Why fresh answers do not prove anything yet, in words; empty where they do."""
    if len({one.commit for one in live}) > 1:
        return "two processes run two different commits"
    if _miscounted(live, policy):
        return f"{len(live)} processes answer, and {policy.replicas} expected"
    since = max(fresh_at, *(at for at in _first_seen(observations).values()))
    heard = {one.boot_id for one in observations if one.at >= since and one.boot_id is not None}
    if len(heard) < policy.replicas:
        return f"only {len(heard)} of {policy.replicas} processes answered since the last outage or newcomer"
    if observations[-1].at - fresh_at < policy.settle:
        return "the settle window is not over"
    if policy.assumed and _answers_without_newcomer(observations) < SAMPLES:
        return "too few answers to tell that no other process is there"
    return ""


def _first_seen(observations: Sequence[Observation]) -> Mapping[str, float]:
    """When each process answered for the first time."""
    return {one.boot_id: one.at for one in reversed(observations) if one.boot_id is not None}


def _miscounted(live: Sequence[Observation], policy: Policy) -> tuple[Cause, ...]:
    return (Cause.MIXED_REPLICAS,) if len(live) != policy.replicas else ()


def _answers_without_newcomer(observations: Sequence[Observation]) -> int:
    """How many answers came since the last process showed itself for the first time, that one included."""
    seen: set[str | None] = set()
    count = 0
    for one in observations:
        if one.boot_id is not None:
            count = count + 1 if one.boot_id in seen else 1
            seen.add(one.boot_id)
    return count


def _settled(evidence: Evidence, live: tuple[Observation, ...], fresh_at: float) -> Judgement:
    """Every process runs the release: what is wrong now is the edge, or the code."""
    verdict = Verdict.SUPERSEDED if live[0].superseding else Verdict.PROVEN
    looked = evidence.looked or Looked()
    causes = causes_of(evidence, live) if looked != Looked() else ()
    if any(one.is_certain for one in looked.edge):
        verdict = Verdict.STALE
    elif looked.edge:
        verdict = Verdict.UNPROVEN
    elif looked.failed or looked.raised:
        verdict = Verdict.CODE
    elif looked.unseen:
        verdict = Verdict.UNPROVEN
    causes = () if verdict in (Verdict.PROVEN, Verdict.SUPERSEDED) else causes
    detail = "; ".join(f"{one.name}: {one.found}" for one in looked.unseen)
    exit_code = EXIT_CODES[verdict]
    return Judgement(verdict, causes, True, live, fresh_at, detail, exit_code, looked, looked.raised)


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
    evidence: Evidence, live: tuple[Observation, ...], policy: Policy, now: float, over: bool
) -> Judgement:
    last = evidence.observations[-1]
    causes = causes_of(evidence, live)
    if all(one.fresh for one in live) and last.absence is not None:
        return Judgement(Verdict.UNPROVEN, causes, over, live, None, last.detail)
    unchanged = now - _unchanged_since(evidence.observations)
    final = over or (last.absence is None and unchanged >= policy.grace and not evidence.deploying)
    certain = any(one.reading is not None and one.reading.is_certain for one in live)
    verdict = Verdict.STALE if certain and final else Verdict.UNPROVEN
    return Judgement(verdict, causes, final, live, None, _words(live), EXIT_CODES[verdict])


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


def _without_answer(evidence: Evidence, policy: Policy, now: float, over: bool) -> Judgement:
    observations = evidence.observations
    if not observations:
        return Judgement(Verdict.UNPROVEN, (), over, detail="nothing was asked yet")
    last = observations[-1]
    unchanged = now - _unchanged_since(observations)
    if last.shows_stamp:
        final = over or unchanged >= policy.settle
        exit_code = 0 if policy.accept_seen and unchanged >= policy.settle else EXIT_CODES[Verdict.SEEN]
        return Judgement(Verdict.SEEN, (Cause.NO_AGENT,), final, detail=last.detail, exit_code=exit_code)
    may_pass = last.absence in _MAY_PASS or (last.absence is Absence.ASLEEP and policy.wakes)
    final = over or (unchanged >= policy.grace and not may_pass and not evidence.deploying)
    raised = (PageLook(raised=last.raised),) if last.raised else ()
    return Judgement(Verdict.UNPROVEN, causes_of(evidence, ()), final, detail=last.detail, raised=raised)
