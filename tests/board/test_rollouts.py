"""The rollouts as rows, and what they come to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from freshboot.board.board import board
from freshboot.board.charts import words_of
from freshboot.board.figures import causes, waits
from freshboot.board.rollouts import Kind, Place, incident_of, of_kind, of_place, places, rows
from freshboot.judge.verdict import Verdict
from tests.board.ledgers import months
from tests.tell.report.records import APP, attempt, founding, outcome, selective

OTHER = "https://other.streamlit.app"


def test_the_app_with_the_latest_attempt_comes_first() -> None:
    told = [attempt(1, None, app=OTHER), attempt(2, None), attempt(3, None, branch="next")]
    assert places(told) == (Place(APP, "next"), Place(APP, "main"), Place(OTHER, "main"))


def test_one_app_s_attempts_are_not_another_s() -> None:
    told = [attempt(1, None, app=OTHER), attempt(2, None)]
    assert [one.id for one in of_place(told, Place(APP, "main"))] == ["2"]
    assert of_place(told, None) == ()


def test_rows_are_the_newest_first_and_end_as_their_last_attempt() -> None:
    first, second, third = selective()
    one_run = [replace(one, rollout="run") for one in (first, second)]
    told = rows([*one_run, third])
    assert [(one.rollout, one.attempts, one.verdict) for one in told] == [
        ("4", 1, Verdict.PROVEN),
        ("run", 2, Verdict.STALE),
    ]


def test_a_row_tells_how_long_its_release_took() -> None:
    (told,) = rows([attempt(2, outcome(2, Verdict.PROVEN))])
    assert told.time_to_live == 52.0


@pytest.mark.parametrize(
    ("kind", "count"), [(Kind.ALL, 4), (Kind.WELL, 1), (Kind.OLD, 1), (Kind.CODE, 1), (Kind.DOUBT, 1)]
)
def test_rollouts_are_picked_by_how_they_ended(kind: Kind, count: int) -> None:
    told = rows([selective()[0], selective()[2], founding()[0], attempt(9, None)])
    assert len(of_kind(told, kind)) == count


def test_a_report_tells_the_incident_as_it_stood_when_its_rollout_ended() -> None:
    told = [attempt(1, outcome(1, Verdict.PROVEN)), *selective()]
    assert [one.id for one in incident_of(told, "3")] == ["2", "3"]
    assert incident_of(told, "none") == ()


def test_a_release_counts_once_for_a_cause() -> None:
    first, second, _ = selective()
    same = replace(second, source=first.source)
    assert [(one.cause, one.releases) for one in causes([first, same, *founding()])] == [
        ("check-failed", 4),
        ("stale-modules", 1),
    ]


def test_times_to_live_are_told_in_order_with_the_middle_of_the_latest() -> None:
    told = waits(rows(months(40)))
    assert [one.at for one in told] == sorted(one.at for one in told)
    nine = sorted(one.seconds for one in told[-9:])
    assert told[-1].middle == nine[4]


def test_the_chart_is_told_in_words() -> None:
    told = waits(rows(months(40)))
    assert f"of {len(told)} releases" in words_of(told)
    assert words_of(()) == "No time to live was measured yet."


def test_nothing_recorded_makes_an_empty_board() -> None:
    told = board((), None)
    assert (told.now, told.rows, told.waits, told.causes) == (None, (), (), ())
