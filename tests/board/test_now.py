"""What is live: what the latest record proves, with its time, and nothing beyond."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from freshboot.board.board import board
from freshboot.board.endings import ending
from freshboot.board.now import Later, now
from freshboot.board.rollouts import Place
from freshboot.judge.causes import Cause
from freshboot.judge.verdict import Verdict
from freshboot.ledger.attempt import Attempt
from freshboot.tell.report.record import read
from tests.tell.report.records import FIRST, attempt, commit, old, outcome, selective

PROVEN = attempt(2, outcome(2, Verdict.PROVEN))


def again(one: Attempt, **facts: str) -> Attempt:
    """A later rollout of the same release, three hours on."""
    later = FIRST + timedelta(hours=9)
    return replace(one, id="again", rollout="again", began=f"{later:%Y-%m-%dT%H:%M:%SZ}", **facts)


def test_of_no_attempt_nothing_is_said() -> None:
    assert now(()) is None


def test_a_proof_names_the_commit_its_time_and_since_when() -> None:
    told = now([PROVEN])
    assert told is not None
    assert (told.verdict, told.live, told.times) == (Verdict.PROVEN, commit(2), 1)
    assert told.at == FIRST + timedelta(hours=1, seconds=62)
    assert told.since == told.at - timedelta(seconds=10)  # less the time that it settled


def test_since_is_the_first_of_the_proofs_in_a_row() -> None:
    later = again(PROVEN, ended="2026-01-17T19:01:02Z")
    told = now([attempt(1, outcome(1, Verdict.PROVEN)), PROVEN, later])
    assert told is not None
    assert (told.since, told.times) == (FIRST + timedelta(hours=1, seconds=52), 2)


def test_something_else_between_ends_the_row() -> None:
    doubt = attempt(3, outcome(3, Verdict.UNPROVEN))
    told = now([PROVEN, doubt, again(PROVEN, ended="2026-01-17T19:01:02Z")])
    assert told is not None
    assert told.times == 1


@pytest.mark.parametrize("verdict", [Verdict.STALE, Verdict.UNPROVEN, Verdict.SEEN])
def test_without_a_proof_no_commit_is_said_to_be_live(verdict: Verdict) -> None:
    files = (old("calculations.py"),) if verdict is Verdict.STALE else ()
    told = now([PROVEN, attempt(3, outcome(3, verdict, files))])
    assert told is not None
    assert (told.verdict, told.live, told.since) == (verdict, "", None)


def test_what_lay_on_the_disk_of_a_stale_app_is_not_said_to_be_live() -> None:
    stale = attempt(3, outcome(3, Verdict.STALE, (old("calculations.py"),)))
    assert stale.result is not None
    stale.result["live"]["commit"] = commit(3)  # the disk is the release's, the memory is not
    told = now([stale])
    assert told is not None
    assert (told.live, told.since, told.times) == ("", None, 0)


def test_a_superseded_release_is_not_the_one_that_is_live() -> None:
    told = now([attempt(3, outcome(3, Verdict.SUPERSEDED))])
    assert told is not None
    shown = read(attempt(3, outcome(3, Verdict.SUPERSEDED)).result)
    assert shown is not None
    assert (told.live, told.release) == (shown.live_commit, commit(3))


def test_a_rollout_that_never_ended_says_nothing_and_names_the_last_end() -> None:
    told = now([PROVEN, attempt(3, None)])
    assert told is not None
    assert (told.verdict, told.live, told.release) == (None, "", commit(3))
    assert told.before is not None
    assert (told.before.verdict, told.before.live) == (Verdict.PROVEN, commit(2))


def test_a_later_record_of_the_same_app_is_told_on_the_page_of_the_older_branch() -> None:
    other = attempt(3, outcome(3, Verdict.PROVEN), branch="next")
    elsewhere = attempt(4, outcome(4, Verdict.PROVEN), branch="next", app="https://other.streamlit.app")
    told = [PROVEN, other, elsewhere]
    older, newer = (board(told, Place(PROVEN.app, branch)).now for branch in ("main", "next"))
    assert older is not None
    assert older.later == Later("next", commit(3), Verdict.PROVEN, FIRST + timedelta(hours=2, seconds=62))
    assert newer is not None
    assert newer.later is None


@pytest.mark.parametrize(
    "broken",
    [
        {"schema": "confirm-v9"},
        {"verdict": "splendid"},
        {"verdict": ["proven"]},
        {"files": {}},
        {"causes": None},
    ],
    ids=str,
)
def test_a_record_in_an_unknown_form_proves_nothing(broken: dict[str, object]) -> None:
    told = now([replace(PROVEN, result={**(PROVEN.result or {}), **broken})])
    assert told is not None
    assert (told.verdict, told.live) == (None, "")


@pytest.mark.parametrize("one", [*selective(), PROVEN, attempt(3, outcome(3, Verdict.SUPERSEDED))])
def test_the_quick_reader_says_what_the_whole_one_says(one: Attempt) -> None:
    quick, whole = ending(one), read(one.result)
    assert quick is not None
    assert whole is not None
    assert (quick.verdict, quick.causes) == (whole.verdict, whole.causes)


def test_a_cause_that_is_not_known_is_left_out() -> None:
    result = {**(selective()[0].result or {}), "causes": ["gremlins", Cause.STALE_MODULES.value, 3]}
    told = ending(replace(selective()[0], result=result))
    assert told is not None
    assert told.causes == (Cause.STALE_MODULES,)
