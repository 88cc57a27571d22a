"""The ladder: what is applied, in which order, and when it ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from freshboot.config import REMEDIES
from freshboot.judge.causes import Cause
from freshboot.judge.outcome import Applied, Outcome
from freshboot.judge.verdict import EXIT_CODES, Judgement, Verdict
from freshboot.remedies import CannotRemedy, Remedy
from freshboot.repository.errors import ProtectedBranchError
from freshboot.rollout.ladder import climb
from tests.tell.outcomes import EXPECTED

OLD = (Cause.STALE_MODULES,)


def outcome(verdict: Verdict, *causes: Cause, words: str = "asked") -> Outcome:
    judgement = Judgement(verdict, causes, True, exit_code=EXIT_CODES[verdict])
    return Outcome(judgement, EXPECTED, ((2.0, words),), 1, None, None)


PROVEN, STALE = outcome(Verdict.PROVEN), outcome(Verdict.STALE, *OLD)


class Climb:
    """Climbs, and remembers. ``answers`` are what comes of each remedy; None: it can do nothing."""

    def __init__(self, **answers: Outcome | None) -> None:
        self.answers = answers
        self.applied: list[str] = []
        self.before: list[Outcome] = []
        self.told: list[str] = []
        self.seconds = [float("inf")]

    def __call__(self, first: Outcome, *allowed: str) -> Outcome:
        return climb(first, allowed or REMEDIES, self.apply, self.told.append, self.left)

    def apply(self, remedy: Remedy, before: Outcome) -> Outcome:
        self.applied.append(remedy.name)
        self.before.append(before)
        answer = self.answers.get(remedy.name, STALE)
        if answer is None:
            raise CannotRemedy("there is nothing to press", "press nothing")
        return replace(answer, applied=(Applied(remedy.name, "did it", answer.judgement.verdict),))

    def left(self) -> float:
        return self.seconds[0] if len(self.seconds) == 1 else self.seconds.pop(0)


def test_what_is_for_the_evidence_is_applied_smallest_first_and_none_twice() -> None:
    climbs = Climb()
    assert climbs(STALE).judgement.verdict is Verdict.STALE
    assert climbs.applied == ["witness", "heal", "nudge", "rebuild", "hand-over"]


def test_the_order_in_which_they_are_allowed_does_not_matter() -> None:
    climbs = Climb()
    climbs(STALE, "rebuild", "nudge", "rebuild")
    assert climbs.applied[:2] == ["nudge", "rebuild"]


@pytest.mark.parametrize("good", [Verdict.PROVEN, Verdict.SUPERSEDED])
def test_the_first_good_verdict_ends_it(good: Verdict) -> None:
    climbs = Climb(nudge=outcome(good))
    assert climbs(STALE, "nudge", "rebuild").judgement.verdict is good
    assert climbs.applied == ["nudge"]


@pytest.mark.parametrize("good", [Verdict.PROVEN, Verdict.SUPERSEDED])
def test_where_all_is_well_nothing_is_applied(good: Verdict) -> None:
    first, climbs = outcome(good, *OLD), Climb()
    assert climbs(first) is first
    assert climbs.applied == []


def test_where_the_code_is_wrong_nothing_is_applied() -> None:
    first, climbs = outcome(Verdict.CODE, Cause.APP_RAISES, *OLD), Climb()
    assert climbs(first) is first
    assert climbs.applied == []


def test_code_that_shows_to_be_wrong_ends_it() -> None:
    climbs = Climb(nudge=outcome(Verdict.CODE, Cause.CHECK_FAILED, *OLD))
    assert climbs(STALE, "nudge", "rebuild").judgement.verdict is Verdict.CODE
    assert climbs.applied == ["nudge"]


def test_each_step_goes_by_what_was_found_after_the_one_before() -> None:
    climbs = Climb(nudge=outcome(Verdict.UNPROVEN, Cause.ASLEEP))
    climbs(STALE, "wake", "nudge", "rebuild")
    assert climbs.applied == ["nudge", "wake", "rebuild"]
    assert climbs.before[1].judgement.causes == (Cause.ASLEEP,)


def test_what_cannot_help_is_told_and_the_next_one_is_applied() -> None:
    climbs = Climb(nudge=None, rebuild=PROVEN)
    ended = climbs(STALE, "nudge", "rebuild")
    assert climbs.applied == ["nudge", "rebuild"]
    assert climbs.told == ["nudge cannot help: there is nothing to press"]
    assert [(one.name, one.verdict) for one in ended.applied] == [
        ("nudge", None),
        ("rebuild", Verdict.PROVEN),
    ]


def test_when_the_time_is_over_nothing_more_is_applied_and_that_is_told() -> None:
    climbs = Climb()
    climbs.seconds = [1.0, 0.0]
    ended = climbs(STALE, "nudge", "rebuild")
    assert climbs.applied == ["nudge"]
    assert climbs.told == ["there is no time left for rebuild"]
    assert [one.name for one in ended.applied] == ["nudge"]


def test_what_is_not_allowed_is_not_applied() -> None:
    climbs = Climb()
    climbs(STALE, "wake", "rebuild")
    assert climbs.applied == ["rebuild"]


def test_the_events_of_all_attempts_are_told_on_one_clock() -> None:
    climbs = Climb(nudge=outcome(Verdict.STALE, *OLD, words="nudged"), rebuild=PROVEN)
    ended = climbs(STALE, "nudge", "rebuild")
    assert ended.timeline == ((2.0, "asked"), (4.0, "nudged"), (6.0, "asked"))


def test_a_push_that_is_refused_ends_it_with_what_was_found_before() -> None:
    def refused(remedy: Remedy, before: Outcome) -> Outcome:
        raise ProtectedBranchError("origin refused the push to main", "publish another way")

    told: list[str] = []
    ended = climb(STALE, ("nudge", "rebuild"), refused, told.append, lambda: 1.0)
    assert ended.judgement is STALE.judgement
    assert ended.applied == (Applied("nudge", "origin refused the push to main"),)
    assert told == ["nudge failed: origin refused the push to main; publish another way"]
