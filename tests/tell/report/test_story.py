"""The story: which push's files were live, how long what was old, what is known, and what must be so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from freshboot.judge.checks import CheckResult, RanTests, RunsTests, result_of_tests
from freshboot.judge.evidence import FileFinding, FileState
from freshboot.judge.log import LogEvidence
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Verdict
from freshboot.ledger.attempt import Attempt
from freshboot.proof import Layer
from freshboot.tell.report import badge as badges
from freshboot.tell.report import files, grid, layers, steps
from freshboot.tell.report.document import to_document
from freshboot.tell.report.facts import Facts
from freshboot.tell.report.html import to_html
from freshboot.tell.report.impact import lasted, until, wrong
from freshboot.tell.report.markdown import to_markdown
from freshboot.tell.report.ruling import State
from freshboot.tell.report.words import duration
from tests.tell.report.records import (
    APP,
    FAILING,
    FIRST,
    QUIET,
    RIGHT,
    WRONG,
    asking,
    attempt,
    commit,
    founding,
    old,
    outcome,
    selective,
    stamp,
    story,
)

HOUR = timedelta(hours=1)


def cells(attempts: tuple[object, ...], path: str) -> list[grid.State]:
    told = story(*attempts)  # type: ignore[arg-type]
    return [cell.state for row in told.grid.rows if row.path == path for cell in row.cells]


def test_a_badge_is_told_as_the_app_shows_it() -> None:
    shown = badges.badge("1.0.3+20261121T204300Z.g1a2b3c4.purple")
    assert shown == badges.Badge("1.0.3 · 2026-11-21 20:43 UTC · 1a2b3c4", "purple")
    assert badges.badge("1.0.3") is None


def test_the_table_tells_deployed_old_and_unchanged_files_apart() -> None:
    assert cells(selective(), "calculations.py") == [grid.State.OLD, grid.State.OLD, grid.State.SAME]
    assert cells(selective(), "marketing.py") == [grid.State.SAME, grid.State.DEPLOYED, grid.State.SAME]
    assert cells(selective(), "streamlit_app.py") == [
        grid.State.DEPLOYED,
        grid.State.DEPLOYED,
        grid.State.SAME,
    ]


def test_the_table_says_where_an_old_file_is_from_and_has_it_first() -> None:
    row = story(*selective()).grid.rows[0]
    assert row.path == "calculations.py"
    assert row.cells[0].words == f"from {commit(1)[:7]}, in memory"


@pytest.mark.parametrize(
    "ended",
    [
        None,
        outcome(1, Verdict.UNPROVEN),
        outcome(1, Verdict.STALE, (FileFinding(None, Layer.MEMORY, FileState.UNKNOWN), old("x.py"))),
        outcome(1, Verdict.STALE, (FileFinding("app.py", Layer.MEMORY, FileState.UNRECORDED), old("x.py"))),
    ],
)
def test_what_nobody_attested_is_not_deployed(ended: object) -> None:
    told = (attempt(1, ended, "app.py"),)  # type: ignore[arg-type]
    assert cells(told, "app.py") == [grid.State.UNKNOWN]


def test_without_the_disk_nobody_knows_of_a_file_whether_it_is_live() -> None:
    memory = asking(outcome(1, Verdict.PROVEN), Layer.MEMORY)
    told = story(attempt(1, memory, "data.csv"))
    assert cells((attempt(1, memory, "data.csv"),), "data.csv") == [grid.State.UNKNOWN]
    assert [one.state for one in told.files] == [files.State.UNKNOWN]
    assert [one.live_commit for one in told.files] == [""]


@pytest.mark.parametrize("path", [".env", "config/.env.local", ".streamlit/secrets.toml", "tls/server.pem"])
def test_a_file_that_is_never_hashed_is_not_told_to_be_live(path: str) -> None:
    pushed = attempt(1, outcome(1, Verdict.PROVEN), path)
    assert cells((pushed,), path) == [grid.State.UNKNOWN]
    assert [one.state for one in story(pushed).files] == [files.State.UNKNOWN]


def test_a_file_that_was_not_hashed_is_not_told_to_be_live() -> None:
    skipped = FileFinding("data.csv", Layer.DISK, FileState.SKIPPED)
    pushed = attempt(1, outcome(1, Verdict.STALE, (skipped, old("x.py"))), "data.csv", "y.py")
    assert cells((pushed,), "data.csv") == [grid.State.UNKNOWN]
    assert cells((pushed,), "y.py") == [grid.State.DEPLOYED]
    states = {one.path: one.state for one in story(pushed).files}
    assert (states["data.csv"], states["y.py"]) == (files.State.UNKNOWN, files.State.SAME)


def test_of_many_attempts_and_files_the_table_has_the_latest_and_the_old() -> None:
    paths = [f"f{number:02}.py" for number in range(30)]
    told = [attempt(n, outcome(n, Verdict.STALE, (old("f29.py"),)), *paths) for n in range(1, 12)]
    shown = story(*told).grid
    assert [one.number for one in shown.columns] == list(range(4, 12))
    assert (shown.earlier, shown.more, len(shown.rows)) == (3, 18, 12)
    assert shown.rows[0].path == "f29.py"


def test_an_old_file_counts_from_its_push_to_the_first_fresh_answer() -> None:
    (span,) = (one for one in story(*selective()).impact.spans if one.is_file)
    assert (span.what, span.since) == ("calculations.py", FIRST + HOUR)
    assert span.until == FIRST + 3 * HOUR + timedelta(seconds=6)  # 2 s to the wait, 4 s to its first answer
    assert span.seconds == timedelta(hours=2, seconds=6).total_seconds()
    assert span.words == "old in memory"
    assert lasted(span) == "2 h"


def test_what_is_old_still_lasts_at_least_to_the_last_look() -> None:
    told = story(*selective()[:2]).impact
    (span,) = told.spans
    assert (until(span), lasted(span)) == ("still so at the last look", "at least 1 h 1 min")
    assert told.proven is None


def test_an_answer_that_does_not_tell_ends_no_span() -> None:
    silent = attempt(4, outcome(4, Verdict.UNPROVEN))
    (span,) = story(*selective()[:2], silent).impact.spans
    assert not span.is_over
    assert span.seconds == timedelta(hours=2, seconds=62).total_seconds()


@pytest.mark.parametrize(
    ("layer", "ended"),
    [
        (Layer.DISK, asking(outcome(3, Verdict.PROVEN), Layer.MEMORY)),
        (Layer.EDGE, asking(outcome(3, Verdict.STALE, (old("other.py"),)), *Layer)),
    ],
    ids=["disk-not-asked", "edge-not-looked-at"],
)
def test_an_answer_without_the_layer_that_was_old_ends_no_span(layer: Layer, ended: Outcome) -> None:
    first = attempt(2, asking(outcome(2, Verdict.STALE, (old("app.js", layer),)), *Layer))
    (span,) = (one for one in story(first, attempt(3, ended)).impact.spans if one.what == "app.js")
    assert not span.is_over
    cured = attempt(4, asking(outcome(4, Verdict.PROVEN), *Layer))
    (span,) = (one for one in story(first, cured).impact.spans if one.what == "app.js")
    assert span.is_over


def test_an_old_file_counts_from_the_push_that_changed_it_though_nobody_answered_then() -> None:
    silent = attempt(1, outcome(1, Verdict.UNPROVEN), "calculations.py")
    late = attempt(3, outcome(3, Verdict.STALE, (old("calculations.py"),)), "streamlit_app.py")
    assert story(silent, late).impact.spans[0].since == FIRST
    fresh = attempt(2, outcome(2, Verdict.STALE, (old("other.py"),)))
    assert story(silent, fresh, late).impact.spans[-1].since == FIRST + 2 * HOUR


def test_a_file_that_becomes_old_again_is_old_to_its_second_cure() -> None:
    first, second, cured = selective()
    fresh = attempt(3, outcome(3, Verdict.STALE, (old("other.py"),)))
    again = replace(second, began=fresh.began)
    (span,) = (one for one in story(first, fresh, again, cured).impact.spans if one.what == "calculations.py")
    assert span.until == FIRST + 3 * HOUR + timedelta(seconds=6)


def test_a_wrong_number_is_told_with_how_far_off_it_is() -> None:
    (span,) = story(*founding()).impact.spans
    assert (span.since, span.is_over) == (FIRST, False)
    assert span.words == f"it showed {WRONG} in place of {RIGHT} ± 1000: short by 5,808,610"


@pytest.mark.parametrize(
    ("found", "expected", "told"),
    [
        ("£12", "£10", ": over by 2"),
        ("12 %", "10 %", ": over by 2"),
        ("1.234", "1.235", ""),  # thousands, or a decimal sign?
        ("£12", "€10", ""),
        ("no such metric", "£10", ""),
    ],
)
def test_how_far_off_is_told_only_of_comparable_numbers(found: str, expected: str, told: str) -> None:
    words = wrong(CheckResult("x", False, expected, found))
    assert words == f"it showed {found} in place of {expected}{told}"


def test_times_that_nobody_recorded_are_not_made_up() -> None:
    told = story(*(replace(one, began="", ended=None, pushed=None) for one in selective()))
    assert told.impact.seconds is None
    assert {one.seconds for one in told.impact.spans} == {None}
    assert told.steps[0].at is None


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        *((0, "0.0 s"), (9.94, "9.9 s"), (42, "42 s"), (59.7, "60 s"), (60, "1 min"), (200, "3 min 20 s")),
        *((3600, "1 h"), (14_700, "4 h 5 min"), (86_400, "1 d"), (183_600, "2 d 3 h")),
    ],
)
def test_durations_are_told_as_people_say_them(seconds: float, told: str) -> None:
    assert duration(seconds) == told


def test_each_layer_is_told_with_what_was_attested_in_it() -> None:
    told = {one.layer: one for one in story(*selective()[:2]).layers}
    assert told[Layer.MEMORY].state is layers.State.STALE
    assert told[Layer.MEMORY].words == f"calculations.py is from {commit(1)[:7]}, 2 commits behind"
    assert told[Layer.EDGE].state is layers.State.NOT_ASKED
    assert told[Layer.DISK].state is layers.State.FRESH


def test_of_an_app_that_did_not_answer_no_layer_is_known() -> None:
    told = story(attempt(1, outcome(1, Verdict.UNPROVEN)))
    assert {one.state for one in told.layers} == {layers.State.UNKNOWN, layers.State.NOT_ASKED}


def test_git_and_live_are_told_side_by_side_with_what_differs() -> None:
    lines = ("-TERRITORIES = 8", "+TERRITORIES = 14")
    facts = Facts(
        blobs={(commit(3), "calculations.py"): "3" * 40, (commit(1), "calculations.py"): "1" * 40},
        differences={("calculations.py", commit(1), commit(3)): lines},
    )
    first, *rest = story(*selective()[:2], facts=facts).files
    assert (first.path, first.state) == ("calculations.py", files.State.DIFFERENT)
    assert (first.git, first.live, first.live_commit) == ("3" * 10, "1" * 10, commit(1))
    assert (first.behind, first.layers, first.lines) == (2, ("memory: stale",), lines)
    assert {one.state for one in rest} == {files.State.SAME}


def test_of_a_file_that_holds_secrets_no_line_is_shown() -> None:
    path = ".streamlit/secrets.toml"
    told = attempt(2, outcome(2, Verdict.STALE, (old(path, Layer.DISK),)))
    facts = Facts(differences={(path, commit(1), commit(2)): ("-key = 1", "+key = 2")})
    assert story(told, facts=facts).files[0].lines == ()


def test_a_version_number_that_stood_still_is_told() -> None:
    path = "calculations.py"
    versions = {(commit(number), path): ("__version__", "1.0.1") for number in (1, 2, 3, 4, 15)}
    blobs = {(commit(number), path): f"{number:x}" * 40 for number in (1, 3, 15)}
    blobs |= {(commit(2), path): "1" * 40, (commit(4), path): "3" * 40}  # these left the file as it was
    told = story(*founding(), facts=Facts(base=commit(15), versions=versions, blobs=blobs))
    (claim,) = told.claims
    assert (claim.path, claim.name, claim.value) == (path, "__version__", "1.0.1")
    assert claim.changes == (commit(1), commit(3))
    assert claim.words in told.known
    assert any("by hand" in one for one in told.lessons)


def test_a_version_number_that_was_raised_is_no_trap() -> None:
    path = "calculations.py"
    versions = {(commit(number), path): ("__version__", f"1.0.{number}") for number in (1, 15)}
    blobs = {(commit(number), path): f"{number:x}" * 40 for number in (1, 15)}
    told = story(founding()[0], facts=Facts(base=commit(15), versions=versions, blobs=blobs))
    assert told.claims == ()


def test_what_stayed_the_same_is_known() -> None:
    told = story(*founding()).known
    assert any("holds exactly commit" in one and "no file is old" in one for one in told)
    assert "It was the same in the last 4 attempts." in told
    assert "Tried without success: rebuild." in told
    assert any("a restart did not change it" in one for one in told)


def test_one_process_that_answered_throughout_tells_nothing_of_restarts() -> None:
    ended = outcome(1, Verdict.CODE, checks=(QUIET, FAILING))
    told = story(attempt(1, ended), attempt(2, ended)).known
    assert not any("restart" in one for one in told)


def test_only_a_whole_answer_says_that_every_other_file_is_live() -> None:
    assert any("every other file of it is live" in one for one in story(*selective()[:1]).known)
    unnamed = FileFinding(None, Layer.MEMORY, FileState.UNKNOWN)
    broken = attempt(2, outcome(2, Verdict.STALE, (old("calculations.py"), unnamed)))
    assert not any("every other" in one for one in story(broken).known)


def test_of_files_that_nobody_asked_for_nothing_is_known() -> None:
    memory = asking(outcome(2, Verdict.STALE, (old("calculations.py"),)), Layer.MEMORY)
    told = story(attempt(2, memory)).known
    assert "In what was asked for (memory) only calculations.py is not the release's." in told
    proven = story(attempt(2, asking(outcome(2, Verdict.PROVEN), Layer.MEMORY))).known
    assert any(one.startswith("The app runs exactly commit") for one in proven)
    assert not any("File by file" in one for one in proven)


def test_what_is_never_hashed_is_not_among_the_live_files() -> None:
    made = outcome(2, Verdict.STALE, (old("calculations.py"),))
    secret = asking(made, *made.expected.layers, excluded=(".env",))
    told = story(attempt(2, secret)).known
    assert any("every other file of it is live, but for what is never hashed" in one for one in told)


def test_the_steps_say_which_badge_to_expect_and_what_each_other_means() -> None:
    first, second, *_ = story(*founding()).verification
    assert first.badge == badges.badge(stamp(4))
    assert [one.see.partition(":")[0] for one in first.cases[:4]] == ["green", "purple", "navy", "red"]
    assert "entrypoint is new" in first.cases[0].then
    assert "earlier release" in first.cases[1].then
    assert first.cases[-1].see == "no badge"
    assert second.command == f"freshboot confirm --url {APP} --commit {commit(4)[:7]}"
    assert [one.see for one in second.cases] == [
        "proven (exit 0)",
        "stale (exit 1)",
        "code (exit 4)",
        "unproven (exit 3)",
    ]


def test_the_steps_ask_for_each_old_file_and_each_number() -> None:
    stale = story(*selective()[:2]).verification
    assert stale[2].command == f"freshboot where calculations.py --url {APP}"
    number = story(*founding()).verification[-1]
    assert (number.expect, [one.see for one in number.cases]) == (
        FAILING.expected,
        [FAILING.expected, WRONG, "anything else"],
    )
    assert "mend it" in number.cases[1].then


def test_for_tests_the_step_is_to_run_them() -> None:
    ran = result_of_tests(RunsTests("live tests", "tests/live"), RanTests(passed=3))
    steps_told = story(attempt(1, outcome(1, Verdict.PROVEN, checks=(QUIET, ran)))).verification
    assert [one.do for one in steps_told if one.title == "live tests"] == [
        "Run these tests against the live app"
    ]


def test_a_file_s_name_is_one_word_of_the_command() -> None:
    told = story(attempt(2, outcome(2, Verdict.STALE, (old("a b; rm -rf $HOME.py"),))))
    assert told.verification[2].command == f"freshboot where 'a b; rm -rf $HOME.py' --url {APP}"


def test_the_criteria_have_their_state() -> None:
    told = {one.text: one.state for one in story(*founding()).criteria}
    assert [one for one, state in told.items() if state is not steps.State.MET] == [
        FAILING.name,
        "All of it held for the whole settle window, in every process: proven",
    ]
    cured = story(*selective()).criteria
    assert {one.state for one in cured} == {steps.State.MET}


def test_a_badge_of_another_release_is_not_the_one_to_expect() -> None:
    told = selective()[0]
    assert told.result is not None
    other = replace(told, result={**told.result, "live": {**told.result["live"], "stamp": stamp(9)}})
    assert story(other).criteria[0].state is steps.State.UNMET


def test_what_nobody_saw_is_no_met_criterion() -> None:
    told = story(attempt(1, outcome(1, Verdict.UNPROVEN))).criteria
    assert {one.state for one in told} == {steps.State.UNKNOWN}


def test_where_the_code_is_wrong_the_report_says_what_need_not_be_tried() -> None:
    told = story(*founding())
    assert "renamed file" in told.useless[0]
    assert any("Mend the code" in one for one in told.next)
    assert not any("another host" in one or "deploy it again" in one for one in told.next)
    assert story(*selective()).useless == ()


def test_where_a_file_is_old_the_report_goes_on_to_the_last_way_out() -> None:
    told = story(*selective()[:2]).next
    assert any("--remedy auto" in one for one in told)
    assert any("wait five minutes" in one for one in told)
    for host in ("Heroku", "Elastic Beanstalk", "Cloud Run", "Azure App Service"):
        assert any(host in one for one in told)


def test_an_attempt_that_never_ended_is_told_as_such() -> None:
    told = story(attempt(1, None, "app.py"))
    assert (told.verdict, told.result, told.steps[0].verdict) == ("unfinished", None, None)
    assert told.steps[0].evidence == "It began and never ended."
    assert told.next


@pytest.mark.parametrize(
    ("answered", "word"), [(selective(), "proven"), (selective()[:2], "stale (stale-modules)")]
)
def test_an_earlier_answer_says_nothing_of_an_attempt_that_never_ended(
    answered: tuple[Attempt, ...], word: str
) -> None:
    told = story(*answered, attempt(5, None, "app.py"))
    assert (told.verdict, told.sign, told.status) == ("unfinished", "❔", "open")
    assert (told.commit, told.badge) == (commit(5), badges.badge(stamp(5)))
    assert "never ended" in told.conclusion
    assert told.sentence.endswith(f"commit {answered[-1].commit[:7]}: {word}.")
    assert told.effect == "not known"
    assert told.known == ()
    assert {one.state for one in told.criteria} == {steps.State.UNKNOWN}
    assert {one.state for one in told.files} == {files.State.UNKNOWN}
    assert {one.state for one in told.layers} == {layers.State.UNKNOWN}
    assert {one.state for one in told.rulings} == {State.OPEN}
    assert (told.next, told.useless) == (("Run freshboot confirm: it tells what is live now.",), ())
    assert not told.support.to_host
    assert [one.verdict is None for one in told.steps] == [False] * len(answered) + [True]


def test_a_host_s_log_is_told_where_there_is_one() -> None:
    assert story(*founding()).log == ()
    log = LogEvidence(pulls=1, build_failed=True, failing_lines=("ERROR: no such option",))
    assert story(*founding(), log=log).log[-1] == "ERROR: no such option"


def test_no_proof_is_put_after_the_end_of_its_attempt() -> None:
    made = attempt(1, outcome(1, Verdict.PROVEN))
    assert made.result is not None
    made.result["timing"]["detected_s"] = 999_999_999.0
    assert story(made).impact.proven == FIRST + timedelta(seconds=62)


def test_a_record_says_when_it_was_made_and_what_was() -> None:
    told = story(attempt(1, outcome(1, Verdict.PROVEN)))
    assert told.conclusion == "The release was live, and it was proven."
    assert to_document(told)["recorded"] == "2026-01-17T10:01:02Z"
    assert "As recorded 2026-01-17 10:01 UTC." in to_markdown(told).partition("| ")[0]
    assert "as recorded 2026-01-17 10:01 UTC" in to_html(told).partition("</header>")[0]


def test_at_the_end_of_the_very_run_it_says_what_is() -> None:
    told = story(attempt(1, outcome(1, Verdict.PROVEN)), just_now=True)
    assert told.conclusion == "The release is live, and it is proven."
    assert "s recorded 20" not in to_markdown(told) + to_html(told)


def test_a_record_of_a_time_yet_to_come_is_said_to_be_one() -> None:
    late = "2026-01-19T18:00:01Z"
    told = story(replace(attempt(1, outcome(1, Verdict.PROVEN)), ended=late))
    for shown in (to_markdown(told), to_html(told)):
        assert "s recorded for a time yet to come, 2026-01-19 18:00 UTC" in shown
