"""The summary of a job."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freshboot.judge.causes import Cause
from freshboot.judge.checks import CheckResult
from freshboot.judge.evidence import (
    FileFinding,
    FileState,
    Looked,
    Observation,
    Origin,
    Reading,
    Requirement,
    RequirementState,
)
from freshboot.judge.outcome import Applied, Outcome, Tally
from freshboot.judge.pages import Frame, PageLook, Raised
from freshboot.judge.verdict import Judgement, Verdict
from freshboot.proof import Layer
from freshboot.tell.summary import MOST_BYTES, summary
from tests.tell import gfm
from tests.tell.outcomes import EXPECTED, FINDING, down, proven, saying, stale

COMMITS = "https://github.com/acme/demo/commit/"
SECOND = FileFinding("page.py", Layer.MEMORY, FileState.STALE, Origin("c" * 40, 9, 1_700_000_000, "old.py"))


def holding(*findings: FileFinding, **more: object) -> Outcome:
    reading = Reading(findings)
    seen = Observation(2.0, "boot", replace(reading, **more), EXPECTED.commit)  # type: ignore[arg-type]
    return Outcome(Judgement(Verdict.STALE, (Cause.STALE_FILE,), True, (seen,)), EXPECTED, (), 1, None, None)


def code(*checks: CheckResult, raised: tuple[PageLook, ...] = ()) -> Outcome:
    causes = (Cause.APP_RAISES, Cause.CHECK_FAILED)
    judgement = Judgement(Verdict.CODE, causes, True, looked=Looked(checks, raised), raised=raised)
    return Outcome(judgement, EXPECTED, (), 1, None, None)


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_named_and_said_in_plain_words(verdict: Verdict) -> None:
    told = summary(saying(verdict, "x")).splitlines()
    assert told[0].startswith("### ")
    assert f" {verdict.value}" in told[0]
    assert told[2].startswith("**")


@pytest.mark.parametrize("verdict", Verdict)
def test_only_what_is_proven_says_that_all_is_well(verdict: Verdict) -> None:
    is_well = verdict in (Verdict.PROVEN, Verdict.SUPERSEDED)
    assert ("✅" in summary(saying(verdict, "x")).splitlines()[0]) == is_well


def test_commit_stamp_and_the_colour_to_expect_stand_on_top() -> None:
    told = summary(proven())
    assert gfm.read(told).text.startswith("✅ proven: commit ")
    assert "1.0.3+20261121T204300Z.g1a2b3c4.purple" in gfm.read(told).text
    assert "| **purple** | 2.0 s | 12.0 s |" in told


def test_a_file_is_told_with_layer_state_commit_and_date() -> None:
    told = summary(holding(FINDING, SECOND))
    assert "| calc.py | disk | stale | `bbbbbbb` | 3 | – |" in told
    assert "| `ccccccc` | 9 | 2023-11-14 22:13 UTC |" in told
    assert "page.py (then old.py)" in gfm.read(told).text


def test_a_commit_is_a_link_where_its_address_is_known() -> None:
    assert f"[`bbbbbbb`]({COMMITS}{'b' * 40})" in summary(stale(), commits=COMMITS)


def test_files_of_several_commits_are_grouped_by_commit() -> None:
    assert "They come from 2 commits" in summary(holding(FINDING, SECOND))
    assert "They come from" not in summary(holding(FINDING))


def test_every_cause_has_its_sentence_and_its_steps() -> None:
    told = gfm.read(summary(code(CheckResult("total", False, "12", "13")))).text
    assert "app-raises\n: The live app runs" in told
    assert "check-failed\n: The live app runs" in told
    assert "Mend the code, or the check" in told


def test_the_app_s_own_exception_is_told_with_its_place() -> None:
    look = PageLook("report", raised=Raised("ValueError", "no budget", Frame("calc.py", 7, "total")))
    told = gfm.read(summary(code(raised=(look,)))).text
    assert "The app's own exception" in told
    assert "ValueError: no budget (calc.py, line 7, in total) on page report" in told


def test_failed_checks_come_first() -> None:
    told = summary(code(CheckResult("good", True, "1", "1"), CheckResult("bad", False, "1", "2")))
    assert "Checks: 1 of 2 did not pass" in told
    assert told.index("| bad | ❌ | 1 | 2 |") < told.index("| good | ✅ | 1 | 1 |")


def test_a_check_that_saw_nothing_neither_passed_nor_failed() -> None:
    assert "| late | ❔ not seen |" in summary(code(CheckResult("late", False, "1", "busy", unseen=True)))


def test_unmet_requirements_are_told() -> None:
    unmet = (Requirement("requirements.txt", "pandas==2.2", RequirementState.WRONG),)
    assert "pandas==2.2\nrequirements.txt\nwrong" in gfm.read(summary(holding(requirements=unmet))).text


def test_a_process_of_a_later_commit_is_not_told_to_hold_the_release() -> None:
    outcome = saying(Verdict.SUPERSEDED, "x")
    seen = Observation(2.0, "boot", Reading(), "f" * 40, superseding=True)
    told = summary(replace(outcome, judgement=replace(outcome.judgement, live=(seen,))))
    assert "| a later commit |" in told
    assert "| the release |" not in told


def test_events_stand_on_the_axis_of_time() -> None:
    (diagram,) = gfm.read(summary(replace(stale(), timeline=((0.5, "asked"), (61.25, "proven"))))).diagrams
    assert diagram.splitlines()[0] == "gantt"
    assert diagram.splitlines()[4:] == [
        "  0.5 s asked :milestone, 500, 0ms",
        "  61.2 s proven :milestone, 61250, 0ms",
    ]


def test_of_many_events_the_first_and_the_last_are_shown_and_the_rest_counted() -> None:
    events = tuple((float(number), f"event {number}") for number in range(40))
    (diagram,) = gfm.read(summary(replace(stale(), timeline=events))).diagrams
    rows = diagram.splitlines()[4:]
    assert len(rows) == 15
    assert rows[0].startswith("  0.0 s event 0 ")
    assert rows[7].startswith("  26 more events ")
    assert rows[-1].startswith("  39.0 s event 39 ")


def test_what_is_not_there_has_no_heading() -> None:
    told = summary(replace(down("refused"), timeline=()))
    for title in ("Files", "Checks", "exception", "Requirements", "Processes", "mermaid"):
        assert title not in told


def test_a_commit_of_an_impossible_time_has_none() -> None:
    odd = [replace(FINDING, origin=Origin("b" * 40, 3, time)) for time in (2**62, -(2**62))]
    assert "| `bbbbbbb` | 3 | – |" in summary(holding(*odd))


def check_form(told: str, most: int) -> None:
    assert len(told.encode()) <= most
    assert told.endswith("\n")
    assert told.count("<details") == told.count("</details>") == told.count("</summary>")
    assert told.count("```") % 2 == 0
    rows = [one for one in told.splitlines() if one.startswith("|")]
    assert all(one.endswith(" |") for one in rows)


texts = st.one_of(st.text(max_size=30), st.sampled_from(["@" * 600, "🙂" * 600, "$|<" * 200, "\n" * 9, ""]))
counts = st.sampled_from([0, 1, 2, 30, 400])


@settings(max_examples=25, deadline=None)
@given(
    texts,
    counts,
    counts,
    st.sampled_from(list(Verdict)),
    st.sampled_from([10_000, 63_000, 200_000, MOST_BYTES]),
)
def test_whatever_is_told_it_is_below_its_limit_and_well_formed(
    text: str, some: int, many: int, verdict: Verdict, most: int
) -> None:
    outcome = saying(verdict, text)
    seen = outcome.judgement.live[0]
    files = [
        FileFinding(f"{text}{number}", Layer.DISK, FileState.STALE, Origin(f"{number:040x}", number, number))
        for number in range(many)
    ]
    lines = tuple(Requirement(text, f"{text}{number}", RequirementState.MISSING) for number in range(some))
    live = tuple(replace(seen, boot_id=f"{text}{number}") for number in range(some)) or (seen,)
    first = replace(live[0], reading=Reading(tuple(files), requirements=lines))
    looked = Looked(tuple(CheckResult(f"{text}{number}", False, text, text) for number in range(some)))
    judgement = replace(outcome.judgement, live=(first, *live[1:]), looked=looked)
    events = tuple((float(number), text) for number in range(many))
    told = summary(replace(outcome, judgement=judgement, timeline=events), commits=COMMITS, most=most)
    check_form(told, most)


def test_a_release_of_a_twenty_thousand_old_files_stays_below_the_limit_and_counts_the_rest() -> None:
    paths = (f"{'@' * 190}{number}.py" for number in range(20_000))
    told = summary(holding(*(replace(FINDING, path=one) for one in paths)))
    check_form(told, MOST_BYTES)
    shown = told.count("| disk | stale |")
    assert 100 < shown < 20_000
    assert f"| … and {20_000 - shown} more |" in told


def test_a_part_that_has_no_room_is_left_out_whole() -> None:
    events = tuple((1.0, "x" * 80) for _ in range(14))
    told = summary(replace(saying(Verdict.CODE, "@" * 500), timeline=events), most=10_000)
    check_form(told, 10_000)
    assert told.startswith("### ❌ code")


def test_remedies_are_told_with_the_verdict_after_each() -> None:
    applied = (
        Applied("nudge", "raise it", Verdict.STALE, Cause.STALE_MODULES, 4.0),
        Applied("wake", "no call"),
    )
    told = summary(replace(stale(), applied=applied))
    assert "Remedies applied: 2" in told
    assert row(told, "nudge").endswith("| stale, stale-modules | 4.0 s |")
    assert row(told, "wake").endswith("| – | 0.0 s |")


def test_outages_and_flaps_are_told_where_there_were_some() -> None:
    told = summary(replace(proven(), tally=Tally(asked=9, flaps=2, outages=1)))
    assert row(told, "flaps").endswith("| 2 |")
    assert row(told, "outages").endswith("| 1 |")
    assert "Interruptions" not in summary(proven())


def row(told: str, first: str) -> str:
    return next(line for line in told.splitlines() if line.startswith(f"| {first} |"))
