"""Wait for a rollout: ask, judge, and ask again, until a verdict stands or the time is over."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from freshboot.judge.evidence import Absence, Evidence, Looked, Observation
from freshboot.judge.log import LogEvidence
from freshboot.judge.outcome import Outcome, tally
from freshboot.judge.verdict import SAMPLES, Judgement, Policy, judge
from freshboot.judge.words import describe, describe_check, describe_raised, describe_requirements
from freshboot.rollout.awaited import Awaiting, awaited, unheard
from freshboot.rollout.observe import Observer
from freshboot.rollout.witness import Witness

_log = logging.getLogger("freshboot.rollout")

Report = Callable[[float, str], None]
"""Told of every event of a wait: seconds since it began, and words."""

_FIRST_PAUSE = 0.05
_GROWTH = 1.6
_GROWN = 4
"""How often the pause counts as grown at first; a sign makes it small again."""
_ASKS_PER_SETTLE = 6
_QUICKEST = 0.1
_WAKE_AGAIN = 60.0
_HOST_AGAIN = 15.0
"""Seconds between two questions to the host what it deploys and what is wrong."""
_LOOKS = 3
"""A page that fails is looked at so often: the first session after a push may come upon a reload."""


@dataclass(frozen=True)
class Clock:
    """Time as the wait sees it; tests pass their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random.random


@dataclass
class Wait:
    """One wait for one release. ``timeout`` and ``interval`` (the longest pause) are seconds.

    ``log`` is what a host's log says. ``look`` is how the app's pages are looked at once its processes attest
    the release; see Policy.looks. ``awaiting`` is told what comes next, and how long that can last.
    """

    observer: Observer
    policy: Policy
    timeout: float
    interval: float
    witness: Witness | None = None
    report: Report = lambda _at, _words: None
    clock: Clock = field(default_factory=Clock)
    look: Callable[[], Awaitable[Looked]] | None = None
    log: LogEvidence = field(default_factory=LogEvidence)
    awaiting: Awaiting = unheard
    _observations: list[Observation] = field(default_factory=list)
    _timeline: list[tuple[float, str]] = field(default_factory=list)
    _pauses: int = _GROWN
    _woken_at: float | None = None
    _woken: bool = False
    _host_asked_at: float | None = None
    _host_told: str = ""
    _seen_last: Looked | None = None
    _began: float = 0.0
    _asked_at: float = 0.0

    def __post_init__(self) -> None:
        self._evidence = Evidence(self.observer.releases.expected, log=self.log)

    async def run(self) -> Outcome:
        """Ask until the judgement is final; the last one is made when the time is over."""
        self._began = self.clock.now()
        self.observer.now = self.now
        try:
            return await self._run()
        finally:
            self.awaiting("", 0.0)

    async def _run(self) -> Outcome:
        self._await("an answer of the app")
        while True:
            over = not await self._ask_in_time() or self._is_over()
            judgement = self._judge(over)
            if not judgement.live or judgement.fresh_at is None:
                await self._ask_host(last=judgement.final)
                judgement = self._judge(over)
            if judgement.final:
                return self._outcome(judgement)
            self._await(awaited(judgement, self.observer.releases.expected.commit, self.policy))
            if judgement.to_look and self.look is not None:
                await self._look(self.look)
            else:
                await self._pause(judgement)

    def _judge(self, over: bool) -> Judgement:
        evidence = replace(self._evidence, observations=tuple(self._observations))
        if over and evidence.looked is None and self._observations and self._observations[-1].fresh:
            evidence = replace(evidence, looked=self._seen_last)
        return judge(evidence, self.policy, self.now(), over=over)

    def _await(self, words: str) -> None:
        self.awaiting(words, max(self.timeout - self.now(), 0.0))

    async def _look(self, look: Callable[[], Awaitable[Looked]]) -> None:
        """Look at the pages, again if something fails; the next question tells whether all is fresh still."""
        looked = None
        for _ in range(_LOOKS):
            try:
                looked = await asyncio.wait_for(look(), max(self.timeout - self.now(), _QUICKEST))
            except asyncio.TimeoutError:
                break
            if looked.lasts or not (looked.wrong or looked.unseen):
                break
            await self.clock.sleep(min(self.interval, max(self.timeout - self.now(), 0.0)))
        self._seen_last = looked
        if looked is not None and looked.unseen and not (looked.wrong or looked.lasts):
            looked = None  # that says nothing: there is time to look again
        self._evidence = replace(self._evidence, looked=looked)
        self._tell(_told_of_pages(self._seen_last))

    async def _ask_host(self, *, last: bool) -> None:
        """What the host says it deploys, and what it says is wrong; not often, but before the last word."""
        due = self._host_asked_at is None or self.now() - self._host_asked_at >= _HOST_AGAIN
        if not (due or last):
            return
        self._host_asked_at = self.now()
        word = await self.observer.ask_host()
        self._evidence = replace(
            self._evidence,
            target=word.target,
            trouble=word.trouble,
            claim=word.claim,
            deploying=word.deploying,
            reboot=word.reboot,
        )
        if word.told and word.told != self._host_told:
            self._host_told = word.told
            self._tell(word.told)

    def now(self) -> float:
        """Seconds since the wait began."""
        return self.clock.now() - self._began

    def _is_over(self) -> bool:
        return self.now() >= self.timeout

    async def _ask_in_time(self) -> bool:
        """Ask once; False where the time was over before an answer came."""
        self._asked_at = self.now()
        try:
            seen = await asyncio.wait_for(self._ask(), max(self.timeout - self.now(), _QUICKEST))
        except asyncio.TimeoutError:
            if not self._observations:
                words = f"no answer within {self.timeout:g} s"
                self._note(Observation(self.now(), absence=Absence.TIMEOUT, detail=words))
            return False
        self._note(seen)
        if seen.absence is Absence.ASLEEP and self.policy.wakes:
            await self._wake()
        return True

    async def _ask(self) -> Observation:
        """One question. If a sign comes meanwhile it is asked anew, unless a sign was why it is asked."""
        if self.witness is None:
            return await self.observer.observe()
        on_a_sign = self.witness.sign.is_set()
        self.witness.sign.clear()
        question = asyncio.ensure_future(self.observer.observe())
        if not on_a_sign and not await _first(question, self.witness.sign.wait()):
            self.witness.sign.clear()
            question = asyncio.ensure_future(self.observer.observe())
        return await question

    def _note(self, seen: Observation) -> None:
        """Keep the observation; tell of it where it differs from the one before."""
        words = _told(seen)
        _log.debug("question %d: %s", len(self._observations) + 1, words)
        if not self._observations or words != _told(self._observations[-1]):
            self._tell(words)
        before = self._observations[-1].commit if self._observations else None
        if not seen.fresh or seen.commit != before:  # what the pages showed says nothing of what runs now
            self._evidence, self._seen_last = replace(self._evidence, looked=None), None
        self._observations.append(seen)

    def _tell(self, words: str) -> None:
        self._timeline.append((round(self.now(), 3), words))
        self.report(self.now(), words)

    async def _wake(self) -> None:
        if self._woken_at is not None and self.now() - self._woken_at < _WAKE_AGAIN:
            return
        self._woken_at = self.now()
        woken = await self.observer.host.wake()
        self._woken = self._woken or woken
        self._tell(
            "woke the app: a fresh clone and a fresh process"
            if woken
            else "the app cannot be woken from here"
        )

    async def _pause(self, judgement: Judgement) -> None:
        """Sleep until the next question or the witness's sign; a flood of signs changes nothing."""
        seconds = min(self._next_pause(judgement), max(self.timeout - self.now(), 0.0))
        if self.witness is None:
            await self.clock.sleep(seconds)
            return
        if await _first(self.witness.sign.wait(), self.clock.sleep(seconds)):
            self._pauses = 0
            await self.clock.sleep(max(_QUICKEST - (self.now() - self._asked_at), 0.0))

    def _next_pause(self, judgement: Judgement) -> float:
        """A growing pause with jitter; a short one while a verdict is near."""
        if self._observations and self._observations[-1].fresh:
            waits_for_the_old = judgement.fresh_at is None or judgement.cause is not None
            asks = SAMPLES if self.policy.assumed else _ASKS_PER_SETTLE
            near = _QUICKEST if waits_for_the_old else self.policy.settle / asks
            return max(min(near, self.interval), _QUICKEST)
        pause = max(min(_FIRST_PAUSE * _GROWTH**self._pauses, self.interval), _FIRST_PAUSE)
        self._pauses += 1
        return pause * (0.75 + 0.5 * self.clock.random())

    def _outcome(self, judgement: Judgement) -> Outcome:
        settled = self.now() if judgement.exit_code == 0 and judgement.fresh_at is not None else None
        self._tell(f"verdict: {judgement.verdict.value}")
        return Outcome(
            judgement,
            self.observer.releases.expected,
            tuple(self._timeline),
            self.policy.replicas,
            judgement.fresh_at,
            settled,
            tally(self._observations, woken=self._woken),
        )


async def _first(one: Awaitable[object], other: Awaitable[object]) -> bool:
    """Wait for either, and cancel the other; True where the first is done."""
    racers = asyncio.ensure_future(one), asyncio.ensure_future(other)
    try:
        await asyncio.wait(racers, return_when=asyncio.FIRST_COMPLETED)
        return racers[0].done()
    finally:
        beaten = [racer for racer in racers if not racer.done()]
        for racer in beaten:
            racer.cancel()
        if beaten:
            await asyncio.wait(beaten)


def _told_of_pages(looked: Looked | None) -> str:
    if looked is None:
        return "the pages could not be looked at in time"
    wrong = [
        *map(describe_raised, looked.raised),
        *map(describe_check, (*looked.failed, *looked.unseen)),
        *([describe(looked.edge)] if looked.edge else []),
    ]
    return "; ".join(wrong) or f"looked at the pages: {len(looked.checks)} checks passed"


def _told(seen: Observation) -> str:
    """An observation in a few words, alike for alike evidence."""
    if seen.absence is not None:
        shown = "; the page shows the release's stamp" if seen.shows_stamp else ""
        return f"no attestation: {seen.absence.value}{shown}" + (f" ({seen.detail})" if seen.detail else "")
    process = f"process {(seen.boot_id or '')[:6]}"
    if seen.fresh:
        later = f" {seen.commit[:7]}, a later commit" if seen.superseding and seen.commit else " the release"
        return f"{process} attests{later}"
    reading = seen.reading
    words = [
        *(reading.barriers if reading else ()),
        *([describe(reading.findings)] if reading and reading.findings else []),
        *([describe_requirements(reading.requirements)] if reading and reading.requirements else []),
    ]
    healed = f"; it dropped {seen.healed} old modules" if seen.healed else ""
    return f"{process} attests otherwise: {'; '.join(words)}{healed}"
