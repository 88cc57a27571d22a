"""Lines in any order become attempts, rollouts and stories."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from freshboot.ledger.fold import Story, fold, rollouts, stories, story
from tests.ledger.attempts import A, B, C, attempt, result

BEGUN = attempt(took=None)
ENDED = replace(BEGUN, ended="2026-03-04T05:01:00Z", result=result("proven"))


@given(st.permutations([BEGUN.to_json(), ENDED.to_json(), "", "?"]))
def test_the_line_that_tells_the_end_counts_in_whatever_order(lines: list[str]) -> None:
    assert fold(lines) == ((ENDED,), 1)


@given(st.permutations([BEGUN, replace(BEGUN, ended=ENDED.ended), ENDED]))
def test_an_end_with_an_outcome_counts_more_than_one_without(told: list[object]) -> None:
    assert fold(one.to_json() for one in told).attempts == (ENDED,)  # type: ignore[attr-defined]


def test_an_attempt_that_was_never_ended_is_kept() -> None:
    assert fold([BEGUN.to_json()]) == ((BEGUN,), 0)


def test_what_cannot_be_read_is_counted_and_the_rest_is_read() -> None:
    assert fold(["{", ENDED.to_json(), "null"]) == ((ENDED,), 2)


def test_a_rollout_is_what_one_run_did_in_the_order_of_time() -> None:
    first, second = attempt(0, number=1), attempt(5, number=2, remedy="rebuild")
    other = attempt(3, rollout="e" * 32)
    assert [one.attempts for one in rollouts([second, other, first])] == [(first, second), (other,)]


def test_attempts_of_one_second_stand_in_their_own_order() -> None:
    first, second = attempt(0, number=1), attempt(0, number=2)
    assert rollouts([second, first])[0].attempts == (first, second)


def test_a_rollout_ends_as_its_last_attempt_does() -> None:
    first = attempt(0, result=result("stale", "stale-modules"))
    last = attempt(5, number=2, result=result("unproven", "asleep"))
    (one,) = rollouts([first, last])
    assert (one.verdict, one.cause) == ("unproven", "asleep")


def test_a_story_is_all_that_was_done_for_one_commit() -> None:
    pushed, remedy = attempt(0), attempt(60, rollout="e" * 32, commit=C, remedy="rebuild")
    assert story([remedy, attempt(1, source=B), pushed], A) == (pushed, remedy)


def test_two_apps_of_one_commit_have_two_stories() -> None:
    here, there = attempt(0), attempt(0, app="https://test.streamlit.app")
    told = stories([here, there])
    assert told[Story(A, "main", here.app)] == (here,)
    assert told[Story(A, "main", there.app)] == (there,)
