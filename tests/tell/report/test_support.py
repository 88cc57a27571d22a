"""The request to the host's support: only where the host can do something, and ready to send."""

from __future__ import annotations

import pytest

from freshboot.judge.causes import Cause
from freshboot.judge.verdict import Verdict
from freshboot.proof import Layer
from freshboot.tell.report.facts import Facts
from tests.tell.report.records import (
    FAILING,
    asking,
    attempt,
    commit,
    founding,
    old,
    outcome,
    selective,
    story,
)

FACTS = Facts(
    repository="acme/budget",
    branch="main",
    entrypoint="streamlit_app.py",
    app="https://budget.streamlit.app/?token=abc",
    subjects={commit(2): "Expand the territories"},
    blobs={(commit(3), "calculations.py"): "3" * 40, (commit(1), "calculations.py"): "1" * 40},
)


def test_a_request_to_the_host_names_app_repository_files_times_and_what_was_tried() -> None:
    told = story(*selective()[:2], facts=FACTS).support
    assert told.to_host
    assert told.link == "https://discuss.streamlit.io"
    assert told.subject == "budget.streamlit.app does not run what was pushed (stale-modules)"
    held = f"git has blob 3333333, the app holds blob 1111111 of commit {commit(1)[:7]}, 2 behind (memory)"
    tried = f"push of commit {commit(2)[:7]}, “Expand the territories”: stale (stale-modules)"
    for line in (
        "App: https://budget.streamlit.app",
        "Repository: acme/budget, branch main, streamlit_app.py",
        f"- calculations.py: {held}",
        "Since 2026-01-17 11:00 UTC, for 1 h 1 min, over 2 attempts.",
        f"- 2026-01-17 11:00 UTC, {tried}",
    ):
        assert line in told.text.splitlines()
    assert "Python's bytecode cache" in told.text
    assert "start the app's process anew" in told.text.splitlines()[-1]
    assert "token" not in told.text


def test_where_the_code_is_wrong_the_host_is_not_to_be_asked() -> None:
    told = story(*founding(), facts=FACTS).support
    assert not told.to_host
    assert told.link == ""
    assert "Not for the host" in told.advice
    assert FAILING.found in told.text
    ruled_out = told.text.partition("What is ruled out")[2].partition("How it was measured")[0]
    assert "bytecode cache" in ruled_out
    assert "CDN" not in ruled_out
    assert told.text.endswith(
        "Please mend the code (or the check) and push: the app runs exactly the commit above."
    )


@pytest.mark.parametrize(
    ("cause", "to_host"),
    [(Cause.STALE_FILE, True), (Cause.NOT_APPLIED, True), (Cause.WRONG_TARGET, False)],
)
def test_whether_the_host_is_asked_depends_on_the_cause(cause: Cause, to_host: bool) -> None:
    ended = outcome(2, Verdict.STALE, (old("app.py", Layer.DISK),), cause=cause)
    assert story(attempt(2, ended), facts=FACTS).support.to_host is to_host


def test_no_cause_that_somebody_wrote_makes_the_host_answer_for_the_code() -> None:
    ended = outcome(2, Verdict.CODE, checks=(FAILING,), cause=Cause.STALE_FILE)
    assert not story(attempt(2, ended), facts=FACTS).support.to_host


def test_another_host_has_another_place_to_ask() -> None:
    told = story(*selective()[:2], facts=Facts(app="https://budget.example")).support
    assert told.to_host
    assert told.link == ""


def test_where_all_is_well_nothing_is_asked_for() -> None:
    told = story(*selective(), facts=FACTS).support
    assert not told.to_host
    assert "all is well" in told.advice


def test_an_attempt_without_an_answer_asks_for_nothing() -> None:
    told = story(attempt(1, None), facts=FACTS).support
    assert not told.to_host
    assert "without an answer" in told.subject


def test_how_it_was_measured_tells_only_what_was_asked_for_and_answered() -> None:
    ended = asking(outcome(1, Verdict.STALE, (old("app.py"),)), Layer.DISK, Layer.MEMORY)
    assert "all that it holds (disk, memory); the tags" in story(attempt(1, ended)).support.text
    silent = story(attempt(1, outcome(1, Verdict.UNPROVEN))).support.text
    assert "no process of it told" in silent
    killed = story(attempt(1, None)).support.text
    assert "No answer is on record." in killed
    assert "answered a fresh" not in silent + killed
