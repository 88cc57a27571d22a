"""The wait: when it asks, when it ends, and what it tells, with a clock of the tests' own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from freshboot.judge.causes import Cause
from freshboot.judge.checks import CheckResult
from freshboot.judge.evidence import (
    Absence,
    Expectation,
    FileFinding,
    FileState,
    Looked,
    Observation,
    Origin,
    Reading,
)
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Policy, Verdict
from freshboot.proof import Layer
from freshboot.rollout.confirm import Clock, Wait
from freshboot.rollout.observe import HostWord

STALE = Reading((FileFinding("calc.py", Layer.MEMORY, FileState.STALE, Origin("b" * 40, 1)),))


@dataclass
class Time:
    """A clock that moves only when somebody sleeps."""

    at: float = 1000.0

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        for _ in range(5):  # whoever wakes the sleeper early does so before the time has passed
            await asyncio.sleep(0)
        self.at += seconds


@dataclass
class App:
    """Stands where the observer stands: says what the app is like so many seconds after the wait began."""

    time: Time
    says: Callable[[float], Observation]
    asked: list[float] = field(default_factory=list)
    woken: int = 0
    now: Callable[[], float] = lambda: 0.0

    def __post_init__(self) -> None:
        self.releases = SimpleNamespace(expected=Expectation("a" * 40, None, {}, "app.py"))
        self.host = SimpleNamespace(wake=self._wake)

    async def ask_host(self) -> HostWord:
        return HostWord()

    async def _wake(self) -> bool:
        self.woken += 1
        return True

    async def observe(self) -> Observation:
        self.asked.append(self.now())
        self.time.at += 0.01
        return self.says(self.now())


def fresh(at: float) -> Observation:
    return Observation(at, "boot", Reading(), "release")


def stale(at: float) -> Observation:
    return Observation(at, "boot", STALE, "release")


def silent(absence: Absence) -> Callable[[float], Observation]:
    return lambda at: Observation(at, absence=absence)


async def wait_for(says: Callable[[float], Observation], **options: Any) -> tuple[Outcome, App]:
    time = Time()
    app = App(time, says)
    values = {
        "policy": Policy(settle=10, grace=60, assumed=False),
        "timeout": 300.0,
        "interval": 2.0,
        **options,
    }
    clock = Clock(time.now, time.sleep, lambda: 0.5)
    return await Wait(app, clock=clock, **values).run(), app


async def test_does_not_wait_longer_than_it_takes_to_settle() -> None:
    outcome, app = await wait_for(fresh)
    assert outcome.judgement.verdict is Verdict.PROVEN
    assert 10 <= app.now() < 13


async def test_tells_detection_and_settling_apart() -> None:
    outcome, _ = await wait_for(lambda at: fresh(at) if at > 20 else stale(at))
    assert outcome.detected is not None
    assert outcome.settled is not None
    assert 20 < outcome.detected < 23
    assert outcome.settled - outcome.detected >= 10


async def test_says_stale_after_the_grace_time() -> None:
    outcome, app = await wait_for(stale)
    assert outcome.judgement.verdict is Verdict.STALE
    assert 60 <= app.now() < 64


async def test_ends_when_the_time_is_over() -> None:
    outcome, app = await wait_for(silent(Absence.DOWN), timeout=30.0)
    assert outcome.judgement.verdict is Verdict.UNPROVEN
    assert 30 <= app.now() < 31


async def test_nothing_has_settled_where_nothing_is_proven() -> None:
    outcome, _ = await wait_for(fresh, timeout=5.0)
    assert outcome.judgement.verdict is Verdict.UNPROVEN
    assert outcome.detected is not None
    assert outcome.settled is None


async def test_pauses_grow_up_to_the_interval() -> None:
    _, app = await wait_for(stale)
    pauses = [later - earlier for earlier, later in zip(app.asked, app.asked[1:], strict=False)]
    assert pauses[0] < 0.5
    assert pauses == sorted(pauses)
    assert max(pauses) <= 2.2


async def test_an_answer_that_never_comes_ends_with_the_wait() -> None:
    async def never() -> Observation:
        await asyncio.Event().wait()
        raise AssertionError

    app = App(Time(), fresh)
    app.observe = never  # type: ignore[method-assign]  # an app that accepts and says nothing
    outcome = await Wait(app, Policy(), timeout=0.05, interval=1).run()
    assert outcome.judgement.verdict is Verdict.UNPROVEN
    assert outcome.judgement.cause is Cause.DOWN
    assert "no answer within 0.05 s" in outcome.timeline[0][1]


async def test_wakes_a_sleeping_app_once() -> None:
    says = lambda at: fresh(at) if at > 50 else Observation(at, absence=Absence.ASLEEP)  # noqa: E731
    outcome, app = await wait_for(says)
    assert app.woken == 1
    assert outcome.judgement.verdict is Verdict.PROVEN
    assert any("woke the app" in words for _, words in outcome.timeline)


async def test_lets_an_app_sleep_where_it_may_not_be_woken() -> None:
    _, app = await wait_for(silent(Absence.ASLEEP), policy=Policy(wakes=False, grace=5))
    assert app.woken == 0


async def test_the_timeline_tells_each_change_once() -> None:
    outcome, _ = await wait_for(lambda at: fresh(at) if at > 20 else stale(at))
    told = [words for _, words in outcome.timeline]
    assert len(told) == 3
    assert "calc.py in memory is from commit bbbbbbb" in told[0]
    assert told[-1] == "verdict: proven"


class Sign:
    """A witness whose sign is up whenever somebody looks."""

    def __init__(self) -> None:
        self.sign = SimpleNamespace(clear=lambda: None, is_set=lambda: True, wait=self._at_once)

    async def _at_once(self) -> bool:
        return True


async def test_a_flood_of_signs_does_not_make_a_flood_of_questions() -> None:
    _, app = await wait_for(stale, witness=Sign())
    pauses = [later - earlier for earlier, later in zip(app.asked, app.asked[1:], strict=False)]
    assert min(pauses) > 0.099


async def test_asks_again_on_a_sign_and_not_after_the_pause() -> None:
    witness = SimpleNamespace(sign=asyncio.Event())
    changed = asyncio.Event()

    def change() -> None:
        changed.set()
        witness.sign.set()

    asyncio.get_running_loop().call_later(0.3, change)
    app = App(Time(), lambda at: fresh(at) if changed.is_set() else stale(at))
    wait = Wait(app, Policy(settle=0, grace=60, assumed=False), 30.0, 60.0, witness)
    wait._pauses = 20  # they have grown long by now
    outcome = await wait.run()
    assert outcome.judgement.verdict is Verdict.PROVEN
    assert len(app.asked) == 2
    assert outcome.settled is not None
    assert outcome.settled < 30


def looks(*results: Looked) -> Callable[[], Awaitable[Looked]]:
    """Each look finds the next of these; the last one again and again."""
    left = list(results)

    async def look() -> Looked:
        return left.pop(0) if len(left) > 1 else left[0]

    return look


FAILED = Looked(checks=(CheckResult("revenue", passed=False, expected="1", found="2"),))
UNSEEN = Looked(checks=(CheckResult("no exception", passed=False, expected="", found="502", unseen=True),))
LOOKING = Policy(settle=10, grace=60, assumed=False, looks=True)


async def test_a_page_that_fails_every_time_is_the_code() -> None:
    outcome, _ = await wait_for(fresh, policy=LOOKING, look=looks(FAILED))
    assert outcome.judgement.verdict is Verdict.CODE


async def test_a_page_that_fails_once_is_looked_at_again() -> None:
    outcome, _ = await wait_for(fresh, policy=LOOKING, look=looks(FAILED, Looked()))
    assert outcome.judgement.verdict is Verdict.PROVEN


async def test_a_page_that_cannot_be_seen_is_looked_at_until_it_can() -> None:
    outcome, _ = await wait_for(fresh, policy=LOOKING, look=looks(*[UNSEEN] * 7, Looked()))
    assert outcome.judgement.verdict is Verdict.PROVEN


async def test_a_page_that_can_never_be_seen_proves_nothing_and_is_told() -> None:
    outcome, app = await wait_for(fresh, policy=LOOKING, look=looks(UNSEEN), timeout=60.0)
    assert outcome.judgement.verdict is Verdict.UNPROVEN
    assert "502" in outcome.judgement.detail
    assert app.now() >= 60


async def test_what_a_page_showed_before_a_process_turned_old_says_nothing() -> None:
    """The answer after the look is an old one."""
    answers = iter([*[fresh] * 7, stale])
    outcome, _ = await wait_for(
        lambda at: next(answers, fresh)(at), policy=LOOKING, look=looks(Looked()), timeout=100.0
    )
    assert outcome.judgement.verdict is Verdict.PROVEN
    assert outcome.tally.flaps == 1
