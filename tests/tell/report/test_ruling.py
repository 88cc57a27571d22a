"""What is ruled out, and by what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from freshboot.judge.causes import Cause
from freshboot.judge.checks import CheckResult, RanTests, RunsTests, result_of_tests
from freshboot.judge.evidence import FileFinding, FileState
from freshboot.judge.log import LogEvidence
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Verdict
from freshboot.proof import Layer
from freshboot.tell.document import document
from freshboot.tell.report.record import read
from freshboot.tell.report.ruling import Ruling, State, rulings
from tests.tell.outcomes import down
from tests.tell.report.records import FAILING, QUIET, RIGHT, old, outcome

PASSED = CheckResult("metric Revenue", True, RIGHT, RIGHT)


def ruled(made: Outcome, log: LogEvidence | None = None, **changes: object) -> dict[Cause, Ruling]:
    told = rulings(read({**document(made), **changes}), log or LogEvidence())
    assert [one.cause for one in told] == list(Cause)
    return {one.cause: one for one in told}


def those(told: dict[Cause, Ruling], state: State) -> set[Cause]:
    return {cause for cause, one in told.items() if one.state is state}


def test_where_the_code_is_wrong_every_cache_is_ruled_out_but_the_edge_that_nobody_asked() -> None:
    told = ruled(outcome(1, Verdict.CODE, checks=(QUIET, FAILING)))
    assert those(told, State.FOUND) == {Cause.CHECK_FAILED}
    assert those(told, State.OPEN) == {Cause.STALE_EDGE}
    assert "past every such cache" in told[Cause.STALE_EDGE].why
    assert "£17,590,625" in told[Cause.CHECK_FAILED].why


def test_with_the_edge_asked_for_nothing_stays_open() -> None:
    limits = ["1 process is assumed to serve the app"]
    told = ruled(outcome(1, Verdict.PROVEN, checks=(QUIET, PASSED)), limits=limits)
    assert those(told, State.EXCLUDED) == set(Cause)


def test_without_checks_nobody_knows_whether_the_numbers_are_right() -> None:
    told = ruled(outcome(1, Verdict.PROVEN, checks=(QUIET,)))
    assert those(told, State.OPEN) == {Cause.STALE_EDGE, Cause.CHECK_FAILED}


def test_without_a_look_at_the_pages_nobody_knows_whether_they_raise() -> None:
    told = ruled(outcome(1, Verdict.PROVEN))
    assert {Cause.APP_RAISES, Cause.HOT_RELOAD_RACE} <= those(told, State.OPEN)


def test_where_exceptions_are_allowed_other_checks_say_nothing_of_them() -> None:
    told = ruled(outcome(1, Verdict.PROVEN, checks=(PASSED,)))
    assert {Cause.APP_RAISES, Cause.HOT_RELOAD_RACE} <= those(told, State.OPEN)


def test_a_page_that_was_not_seen_leaves_open_whether_it_raises() -> None:
    unseen = replace(QUIET, passed=False, unseen=True)
    told = ruled(outcome(1, Verdict.PROVEN, checks=(QUIET, unseen)))
    assert {Cause.APP_RAISES, Cause.HOT_RELOAD_RACE} <= those(told, State.OPEN)


def test_only_the_pages_that_were_looked_at_are_told_of() -> None:
    one, two = (ruled(outcome(1, Verdict.PROVEN, checks=(QUIET,) * number)) for number in (1, 2))
    assert one[Cause.APP_RAISES].why == "the one page that was looked at shows no exception"
    assert two[Cause.APP_RAISES].why == "2 pages were looked at, and none of them shows an exception"


@pytest.mark.parametrize(
    ("pages", "tests", "told"),
    [
        (2, 0, "2 checks of what the pages show passed"),
        (0, 1, "1 run of the repository's own tests passed"),
        (1, 2, "1 check of what the pages show and 2 runs of the repository's own tests passed"),
    ],
)
def test_what_passed_is_told_by_what_it_looked_at(pages: int, tests: int, told: str) -> None:
    ran = result_of_tests(RunsTests("live tests", "tests/live"), RanTests(passed=3))
    checks = (PASSED,) * pages + (ran,) * tests
    assert ruled(outcome(1, Verdict.PROVEN, checks=checks))[Cause.CHECK_FAILED].why == told


def test_an_old_module_leaves_open_what_is_looked_at_later() -> None:
    told = ruled(outcome(1, Verdict.STALE, (old("app.py"),)))
    assert those(told, State.FOUND) == {Cause.STALE_MODULES}
    later = {Cause.STALE_EDGE, Cause.CHECK_FAILED, Cause.APP_RAISES, Cause.HOT_RELOAD_RACE}
    of_memory = {Cause.WRONG_TARGET, Cause.UNKNOWN_CODE, Cause.UNRECORDED}
    assert those(told, State.OPEN) == later | of_memory
    assert {Cause.STALE_FILE, Cause.STALE_BYTECODE, Cause.NOT_APPLIED} <= those(told, State.EXCLUDED)


def test_some_old_files_on_disk_rule_out_that_the_push_never_arrived() -> None:
    told = ruled(outcome(1, Verdict.STALE, (old("app.py", Layer.DISK),), cause=Cause.STALE_FILE))
    assert told[Cause.NOT_APPLIED].state is State.EXCLUDED
    assert told[Cause.WRONG_TARGET].state is State.OPEN
    assert told[Cause.BUILD_FAILED].state is State.OPEN


def test_a_doubt_about_the_disk_does_not() -> None:
    doubt = FileFinding("app.py", Layer.DISK, FileState.UNKNOWN)
    told = ruled(outcome(1, Verdict.STALE, (doubt, old("other.py"))))
    assert told[Cause.NOT_APPLIED].state is State.OPEN
    assert told[Cause.STALE_FILE].state is State.OPEN


def test_a_whole_old_disk_does_not() -> None:
    told = ruled(outcome(1, Verdict.STALE, (old("app.py", Layer.DISK),), cause=Cause.NOT_APPLIED))
    assert told[Cause.NOT_APPLIED].state is State.FOUND
    assert told[Cause.STALE_FILE].state is State.OPEN


def test_a_log_can_rule_out_a_failed_build() -> None:
    made = outcome(1, Verdict.STALE, (old("app.py", Layer.DISK),), cause=Cause.STALE_FILE)
    assert ruled(made, LogEvidence(pulls=1))[Cause.BUILD_FAILED].state is State.EXCLUDED
    assert ruled(made, LogEvidence(build_failed=True))[Cause.BUILD_FAILED].state is State.OPEN


@pytest.mark.parametrize("made", [down("no route"), outcome(1, Verdict.UNPROVEN)])
def test_where_nobody_answers_nothing_is_ruled_out(made: Outcome) -> None:
    assert those(ruled(made), State.EXCLUDED) == set()
    assert those(ruled(made), State.FOUND) == {Cause.DOWN}


def test_an_answer_that_names_no_file_rules_out_no_layer() -> None:
    unnamed = FileFinding(None, Layer.MEMORY, FileState.UNKNOWN)
    made = outcome(1, Verdict.STALE, (unnamed, old("app.py", Layer.DISK)), cause=Cause.STALE_FILE)
    assert those(ruled(made), State.EXCLUDED) == {Cause.NO_AGENT}


def test_an_answer_that_did_not_last_rules_out_no_layer() -> None:
    made = outcome(1, Verdict.PROVEN)
    unsettled = replace(made, judgement=replace(made.judgement, verdict=Verdict.UNPROVEN))
    assert those(ruled(unsettled), State.EXCLUDED) == {Cause.NO_AGENT}


def test_without_any_answer_on_record_all_is_open() -> None:
    assert {one.state for one in rulings(None, LogEvidence())} == {State.OPEN}
