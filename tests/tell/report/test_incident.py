"""Which attempts a report tells of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from freshboot.judge.verdict import Verdict
from freshboot.tell.report.incident import last_incident, of_app, since, up_to
from tests.tell.report.records import FIRST, attempt, commit, outcome

STALE = [attempt(number, outcome(number, Verdict.STALE)) for number in (2, 3)]
PROVEN = [attempt(number, outcome(number, Verdict.PROVEN)) for number in (1, 4, 5)]


def test_an_incident_goes_back_to_the_last_proof() -> None:
    assert last_incident([PROVEN[0], *STALE]) == tuple(STALE)


def test_the_proof_that_ends_an_incident_belongs_to_it() -> None:
    assert last_incident([PROVEN[0], *STALE, PROVEN[1]]) == (*STALE, PROVEN[1])


def test_after_two_proofs_there_is_only_the_last_one() -> None:
    assert last_incident([*STALE, *PROVEN[1:]]) == (PROVEN[2],)
    assert last_incident([]) == ()


def test_an_attempt_that_was_killed_ends_nothing() -> None:
    killed = attempt(1, None)
    assert last_incident([killed, *STALE]) == (killed, *STALE)


def test_a_commit_names_the_attempts_until_its_last() -> None:
    told = [*STALE, *PROVEN[1:]]
    assert up_to(told, commit(3)) == tuple(STALE)
    assert up_to(told, commit(9)) == ()
    assert up_to([replace(STALE[0], source=commit(9))], commit(9)) != ()


def test_a_time_leaves_out_what_began_before() -> None:
    assert since([*STALE, PROVEN[1]], FIRST + timedelta(hours=2)) == (STALE[1], PROVEN[1])
    unknown = replace(STALE[0], began="")
    assert since([unknown], FIRST) == (unknown,)


def test_apps_and_branches_are_told_apart() -> None:
    other = replace(STALE[0], app="https://other.example")
    dev = replace(STALE[1], branch="dev")
    told = [other, dev, PROVEN[0]]
    assert of_app(told, "", "") == (PROVEN[0],)
    assert of_app(told, "https://other.example/", "main") == (other,)
    assert of_app(told, "", "dev") == (dev,)
    assert of_app([], "", "") == ()
