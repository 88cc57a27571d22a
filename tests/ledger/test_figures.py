"""The ledger in numbers."""

from __future__ import annotations

from typing import Any

import pytest

from freshboot.ledger.attempt import moment
from freshboot.ledger.figures import Spread, Tries, figures, live_at, spells, spread, times_to_live
from tests.ledger.attempts import B, C, at, attempt, result

PROVEN = result("proven")


def pushed(minutes: float, took: float | None = 1, **facts: Any) -> Any:
    return attempt(minutes, took, pushed=at(minutes), **facts)


def test_the_time_to_live_is_from_the_first_push_to_the_first_proof_of_the_same_work() -> None:
    first = pushed(0, 2, result=result("stale", "stale-modules"))
    remedy = pushed(60, 2, rollout="e" * 32, remedy="rebuild", result=PROVEN)
    again = attempt(90, 1, rollout="f" * 32, result=PROVEN)
    assert times_to_live([again, remedy, first]) == {remedy.id: 62 * 60}


def test_what_was_never_pushed_or_never_proven_has_no_time_to_live() -> None:
    assert not times_to_live([attempt(result=PROVEN), pushed(0, source=B, result=result("stale"))])


def test_a_release_was_live_before_it_had_settled() -> None:
    one = attempt(0, 1, result=result("proven", timing={"detected_s": 20.0, "settled_s": 30.0}))
    assert live_at(one) == moment("2026-03-04T05:00:50Z")


@pytest.mark.parametrize(
    "timing",
    [
        None,
        [],
        {},
        {"settled_s": 30.0},
        {"detected_s": "?", "settled_s": 30},
        {"detected_s": 30, "settled_s": 20},
    ],
)
def test_without_that_time_it_was_live_at_the_end(timing: object) -> None:
    assert live_at(attempt(0, 1, result=result("proven", timing=timing))) == moment(at(1))


@pytest.mark.parametrize("settled", [1e300, float("inf"), 10**400, 5000.0])
def test_it_was_not_live_before_it_began(settled: float) -> None:
    live = live_at(attempt(0, 1, result=result("proven", timing={"detected_s": 0, "settled_s": settled})))
    assert live is not None
    assert moment(at(0)) <= live <= moment(at(1))


def test_clocks_that_differ_make_no_time_below_zero() -> None:
    one = attempt(0, 1, pushed=at(5), result=PROVEN)
    assert times_to_live([one]) == {one.id: 0}


def test_a_spread_is_the_middle_and_what_nine_of_ten_do_not_exceed() -> None:
    assert spread([float(one) for one in range(10, 0, -1)]) == Spread(5.5, 9)
    assert spread([7.0]) == Spread(7, 7)
    assert spread([]) is None


def test_releases_are_counted_with_what_became_of_them() -> None:
    told = figures(
        [
            pushed(0, result=PROVEN),
            pushed(10, source=B, result=result("stale", "stale-file", "a.py")),
            pushed(12, source=B, number=2, remedy="rebuild", result=PROVEN),
            pushed(20, source=C, result=result("superseded")),
            pushed(30, None, source="d" * 40),
        ]
    )
    assert (told.releases, told.proven, told.at_first, told.superseded, told.unfinished) == (4, 2, 1, 1, 1)
    assert told.time_to_live == Spread(120, 180)


def test_a_stale_release_counts_once_by_the_cause_that_was_found_first() -> None:
    told = figures(
        [
            attempt(0, result=result("stale", "stale-modules")),
            attempt(1, number=2, result=result("stale", "stale-file")),
            attempt(2, source=B, result=result("stale", "stale-modules")),
            attempt(3, source=C, result=result("stale")),
            attempt(4, source="d" * 40, result=result("unproven", "asleep")),
        ]
    )
    assert told.stale == {"stale-modules": 2, "unknown": 1}


def test_remedies_are_counted_with_what_they_proved() -> None:
    told = figures(
        [
            attempt(0, result=PROVEN),
            attempt(1, remedy="nudge", result=result("stale")),
            attempt(2, remedy="rebuild", result=PROVEN),
            attempt(3, remedy="rebuild", took=None),
        ]
    )
    assert told.remedies == {"rebuild": Tries(2, 1), "nudge": Tries(1, 0)}


def test_a_file_is_stale_from_its_push_to_the_proof() -> None:
    told = spells(
        [
            pushed(0, 5, result=result("stale", "stale-file", "a.py", "b.py")),
            pushed(10, 5, number=2, result=result("stale", "stale-file", "a.py")),
            pushed(20, 4, number=3, result=PROVEN),
        ]
    )
    assert told == (("a.py", at(0), at(24)), ("b.py", at(0), at(24)))
    assert told[0].seconds == 24 * 60


def test_a_later_push_begins_no_new_spell_of_a_file_that_is_stale_still() -> None:
    stale = result("stale", None, "a.py")
    told = spells([pushed(0, result=stale), pushed(10, source=B, result=stale)])
    assert told == (("a.py", at(0), None),)


def test_a_file_that_a_later_stamp_changed_is_stale_from_that_one_on() -> None:
    told = spells(
        [
            pushed(0, changed=("a.py",), result=result("unproven", "asleep")),
            pushed(
                10, number=2, changed=("requirements.txt",), result=result("stale", None, "requirements.txt")
            ),
            attempt(20, number=3, result=result("stale", None, "a.py")),
        ]
    )
    assert told == (("a.py", at(0), None), ("requirements.txt", at(10), None))
    assert told[0].seconds is None


def test_a_file_that_no_push_is_known_to_have_changed_is_stale_from_the_first_one_on() -> None:
    told = spells(
        [
            pushed(0, result=result("unproven", "asleep")),
            pushed(10, number=2, result=result("unproven", "asleep")),
            attempt(20, number=3, remedy="wake", result=result("stale", None, "a.py")),
        ]
    )
    assert told == (("a.py", at(0), None),)


def test_what_is_only_looked_at_is_stale_from_then_on() -> None:
    assert spells([attempt(7, trigger="schedule", result=result("stale", None, "a.py"))]) == (
        ("a.py", at(7), None),
    )


def test_an_answer_that_proves_nothing_ends_no_spell() -> None:
    one = pushed(0, result=result("stale", None, "a.py"))
    assert spells([one, attempt(5, result=result("unproven", "down"))]) == (("a.py", at(0), None),)


@pytest.mark.parametrize("verdict", ["proven", "superseded", "code"])
def test_each_verdict_of_a_whole_release_ends_a_spell(verdict: str) -> None:
    one = pushed(0, result=result("stale", None, "a.py"))
    assert spells([one, attempt(5, 1, result=result(verdict))]) == (("a.py", at(0), at(6)),)


def test_a_proof_of_another_app_ends_no_spell() -> None:
    one = pushed(0, result=result("stale", None, "a.py"))
    assert spells([one, attempt(5, app="https://test", result=PROVEN)])[0].until is None


def test_a_file_can_be_stale_twice() -> None:
    stale = result("stale", None, "a.py")
    told = spells(
        [
            pushed(0, result=stale),
            pushed(5, 1, source=B, result=PROVEN),
            pushed(10, source=C, result=stale),
        ]
    )
    assert told == (("a.py", at(0), at(6)), ("a.py", at(10), None))


@pytest.mark.parametrize("files", [None, 3, [3], [{"state": "stale"}], [{"path": 1, "state": "stale"}]])
def test_an_outcome_with_odd_files_names_none(files: object) -> None:
    assert spells([attempt(result={"verdict": "stale", "files": files})]) == ()


def test_a_file_that_is_not_old_has_no_spell() -> None:
    rows = [{"path": "a.py", "state": "unrecorded"}, {"path": "b.py", "state": "missing"}]
    assert [one.path for one in spells([attempt(result={"verdict": "stale", "files": rows})])] == ["b.py"]


def test_an_empty_ledger_has_figures_too() -> None:
    told = figures([])
    assert (told.releases, told.time_to_live, told.stale, told.spells) == (0, None, {}, ())
