"""A saved verdict is read without trust: what is not understood never counts as fresh."""

from __future__ import annotations

from typing import Any

import pytest

from freshboot.judge.checks import CheckResult
from freshboot.judge.evidence import FileState
from freshboot.judge.verdict import Verdict
from freshboot.proof import Layer
from freshboot.tell.document import document
from freshboot.tell.report.record import Result, read
from tests.tell.outcomes import saying
from tests.tell.report.records import FAILING, QUIET, old, outcome

LAYERS = [one for one in Layer if one is not Layer.EDGE]


def told(**changes: Any) -> Result:
    """What the document of a proof says, changed here and there."""
    result = read({**document(outcome(1, Verdict.PROVEN)), **changes})
    assert result is not None
    return result


def test_what_is_read_is_what_was_judged() -> None:
    made = outcome(2, Verdict.CODE, checks=(QUIET, FAILING))
    result = read(document(made))
    assert result is not None
    assert (result.verdict, result.cause, result.commit) == (
        Verdict.CODE,
        made.judgement.cause,
        made.expected.commit,
    )
    assert result.failed == (FAILING,)
    assert result.is_exact


def test_a_proof_tells_every_layer_that_was_asked_for_and_no_other() -> None:
    result = told()
    assert [one for one in Layer if result.is_fresh(one)] == LAYERS
    assert result.asked == set(LAYERS)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        "x",
        {},
        {"schema": "where-v1"},
        {"schema": "confirm-v1", "verdict": "fine"},
        {"schema": "confirm-v1", "verdict": "proven"},
    ],
)
def test_what_is_no_verdict_is_none(raw: object) -> None:
    assert read(raw) is None


@pytest.mark.parametrize("name", ["files", "requirements", "checks", "causes"])
def test_a_list_that_is_missing_makes_it_no_document(name: str) -> None:
    raw = document(outcome(1, Verdict.PROVEN))
    del raw[name]
    assert read(raw) is None


@pytest.mark.parametrize(
    "files",
    [
        [{"path": "app.py", "layer": "attic", "state": "stale"}],
        [{"path": "app.py", "layer": "disk", "state": "haunted"}],
        [{"path": None, "layer": "memory", "state": "unknown"}],
        [{}],
        ["app.py"],
    ],
)
def test_an_entry_that_is_not_understood_is_a_doubt(files: list[object]) -> None:
    result = told(files=files)
    assert len(result.files) == 1
    assert not result.is_definite or not result.is_fresh(Layer.DISK)
    assert all(one.state in (FileState.UNRECORDED, FileState.UNKNOWN) for one in result.files)


def test_without_limits_nobody_knows_what_was_asked_for() -> None:
    assert not any(told(limits=[]).is_fresh(one) for one in Layer)


def test_a_list_that_the_ledger_has_cut_leaves_every_other_file_in_doubt() -> None:
    result = told(limits=[*told().limits, "the ledger has 200 of 900 files"])
    assert not result.is_definite


def test_a_list_that_is_too_long_to_be_read_leaves_every_other_file_in_doubt() -> None:
    raw = {"path": "app.py", "layer": "disk", "state": "stale"}
    assert told(verdict="stale", files=[raw] * 5_000).holds("other.py")
    assert not told(verdict="stale", files=[raw] * 5_001).holds("other.py")


def test_an_answer_that_cannot_be_relied_on_shows_nothing_fresh() -> None:
    assert not told(verdict="stale", causes=["agent-failed"]).is_fresh(Layer.DISK)


def test_the_edge_is_looked_at_only_when_all_else_is_fresh() -> None:
    limits = ["1 process is assumed to serve the app"]
    assert told(limits=limits).is_fresh(Layer.EDGE)
    stale = document(outcome(1, Verdict.STALE, (old("app.py"),)))
    result = read({**stale, "limits": limits})
    assert result is not None
    assert not result.is_fresh(Layer.EDGE)
    assert result.is_fresh(Layer.DISK)


def test_a_check_that_was_not_seen_is_no_failure() -> None:
    raw = {"name": "metric", "passed": False, "expected": "1", "found": "", "unseen": True}
    result = told(checks=[raw])
    assert result.checks == (CheckResult("metric", False, "1", "", unseen=True),)
    assert result.failed == ()


def test_where_the_verdict_tells_of_no_failed_check_none_has_failed() -> None:
    raw = {"name": "metric", "passed": False, "expected": "1", "found": "the page was still running"}
    assert told(verdict="unproven", checks=[raw]).failed == ()
    assert len(told(verdict="code", causes=["check-failed"], checks=[raw]).failed) == 1


@pytest.mark.parametrize("value", [None, True, -1, "3", 10**12, [], {}])
def test_a_number_that_is_none_is_not_known(value: object) -> None:
    result = told(timing={"detected_s": value, "settled_s": value}, live={"behind": value, "replicas": []})
    assert (result.detected, result.settled, result.behind) == (None, None, None)


@pytest.mark.parametrize("value", ["main", "abc", "A" * 40, "a" * 6, "--help", 7, None])
def test_a_commit_is_digits_or_nothing(value: object) -> None:
    assert told(expected={"commit": value, "stamp": None}).commit == ""


def test_whatever_a_judgement_tells_is_there() -> None:
    result = read(document(saying(Verdict.STALE, "x")))
    assert result is not None
    assert len(result.files) == 5
    assert len(result.raised) == 2
    assert result.requirements
    assert result.rows
    assert result.next
