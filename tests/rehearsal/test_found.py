"""The verdict that each course of a rehearsal allows, and how it is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from freshboot.judge.causes import Cause
from freshboot.judge.checks import CheckResult
from freshboot.judge.evidence import Expectation, Looked
from freshboot.judge.outcome import Outcome
from freshboot.judge.pages import Frame, PageLook, Raised
from freshboot.judge.verdict import EXIT_CODES, Judgement, Verdict
from freshboot.rehearsal.document import ending, heading, on_github
from freshboot.rehearsal.found import Rehearsal, Step, Subject, Taken, packages_in

SUBJECT = Subject("c" * 40, "Title", "app.py", "requirements.txt", "3.11.7")
EXPECTED = Expectation("c" * 40, None, {}, "app.py")
FINE = CheckResult("no exception on the first page", True, "no exception", "")
UNSEEN = CheckResult(
    "no exception on page slow", False, "no exception", "still running after 30 s", unseen=True
)
RAISED = PageLook("slow", raised=Raised("ValueError", "boom\x1b[2J", Frame("pages/slow.py", 3, "")))


def found(*steps: Step, failed: Step | None = None, **facts: object) -> Rehearsal:
    taken = [Taken(one, True, "", 0.1) for one in steps]
    taken += [Taken(failed, False, "", 0.1)] if failed else []
    return Rehearsal(SUBJECT, tuple(taken), **facts)  # type: ignore[arg-type]


def outcome(verdict: Verdict, *causes: Cause) -> Outcome:
    return Outcome(
        Judgement(verdict, causes, True, exit_code=EXIT_CODES[verdict]), EXPECTED, (), 1, None, None
    )


UP = (Step.INSTALLS, Step.BOOTS)
ALL = (*UP, Step.RENDERS)
PROVEN = found(*ALL, Step.ATTESTS, looked=Looked((FINE,)), outcome=outcome(Verdict.PROVEN))
STALE = found(*ALL, failed=Step.ATTESTS, outcome=outcome(Verdict.STALE, Cause.STALE_PACKAGES))
BARE = found(
    *ALL,
    failed=Step.ATTESTS,
    looked=Looked((FINE,)),
    outcome=outcome(Verdict.UNPROVEN, Cause.NO_AGENT),
)
RAISES = found(*UP, failed=Step.RENDERS, looked=Looked((FINE,), raised=(RAISED,)))
SLOW = found(*UP, failed=Step.RENDERS, looked=Looked((FINE, UNSEEN)))
UNBUILT = found(failed=Step.INSTALLS, trouble="the dependencies cannot be installed", log=("error: no\x1b",))
LACKING = found(failed=Step.INSTALLS, trouble="not rehearsed: no conda", missing=True)
LATE = [found(failed=one, trouble="not done within 2 s", late=True) for one in Step]
DEAD = found(Step.INSTALLS, failed=Step.BOOTS, trouble="it ended")


@pytest.mark.parametrize(
    ("rehearsal", "code", "verdict", "cause", "passes"),
    [
        (PROVEN, 0, Verdict.PROVEN, None, True),
        (STALE, 1, Verdict.STALE, Cause.STALE_PACKAGES, False),
        (BARE, 3, Verdict.UNPROVEN, Cause.NO_AGENT, True),
        (RAISES, 4, Verdict.CODE, Cause.APP_RAISES, False),
        (SLOW, 3, Verdict.UNPROVEN, None, False),
        (UNBUILT, 3, Verdict.UNPROVEN, Cause.BUILD_FAILED, False),
        (LACKING, 3, Verdict.UNPROVEN, None, True),
        (DEAD, 3, Verdict.UNPROVEN, Cause.DOWN, False),
        *((one, 3, Verdict.UNPROVEN, None, False) for one in LATE),
        (found(), 3, Verdict.UNPROVEN, None, False),
    ],
    ids=["proven", "stale", "no agent", "raises", "slow", "unbuilt", "lacking", "dead"]
    + [f"late where it {one.value}" for one in Step]
    + ["nothing"],
)
def test_the_verdict_says_what_the_course_of_it_allows(
    rehearsal: Rehearsal, code: int, verdict: Verdict, cause: Cause | None, passes: bool
) -> None:
    told = (rehearsal.exit_code, rehearsal.verdict, rehearsal.cause, rehearsal.lets_pass)
    assert told == (code, verdict, cause, passes)


def test_a_page_that_was_not_seen_to_its_end_bars_a_proof() -> None:
    late = found(*UP, failed=Step.RENDERS, looked=Looked((FINE, UNSEEN)), outcome=outcome(Verdict.PROVEN))
    assert late.verdict is Verdict.UNPROVEN


@pytest.mark.parametrize(
    ("rehearsal", "words"),
    [
        (PROVEN, "proven commit ccccccc"),
        (BARE, "freshboot init"),
        (RAISES, "ValueError: boom"),
        (SLOW, "no exception on page slow: still running after 30 s"),
        (replace(PROVEN, looked=Looked()), "But no page was looked at"),
        (replace(BARE, looked=Looked()), "the process answers; what runs cannot be attested"),
        (UNBUILT, "  | error: no"),
        (LACKING, "not rehearsed commit ccccccc"),
    ],
)
def test_the_end_is_told_in_short_lines(rehearsal: Rehearsal, words: str) -> None:
    assert any(words in line for line in ending(rehearsal))


def test_pages_that_were_looked_at_are_not_told_otherwise() -> None:
    assert not any("no page" in line for one in (PROVEN, BARE, RAISES, DEAD) for line in ending(one))


def test_an_app_that_has_the_two_lines_but_not_committed_is_told_so() -> None:
    waiting = replace(BARE, subject=replace(SUBJECT, boot_waits=True))
    assert waiting.next_steps != BARE.next_steps
    assert "commit what freshboot init has written" in waiting.next_steps[0]


def test_on_github_the_line_that_raises_is_annotated_and_else_the_reason() -> None:
    (told,) = on_github(RAISES)
    assert told.startswith("::error file=pages/slow.py,line=3,title=freshboot rehearse::ValueError: boom")
    assert "\x1b" not in told
    assert list(on_github(UNBUILT)) == [
        "::error title=freshboot rehearse::the dependencies cannot be installed"
    ]
    assert not list(on_github(PROVEN))


def test_what_is_not_rehearsed_is_told_before_it_begins() -> None:
    subject = Subject("c" * 40, "Title", "app.py", None, "3.11.7", 2, ("libgl1",), "/home/a/secrets.toml")
    assert list(heading(subject)) == [
        "rehearsing ccccccc Title: app.py, Python 3.11.7",
        "  2 changes are not committed, and not rehearsed",
        "  packages.txt is not installed here: libgl1",
        "  secrets are passed on from /home/a/secrets.toml",
    ]


def test_packages_are_the_words_that_are_no_comment() -> None:
    assert packages_in(b"libgl1  # for opencv\n\nffmpeg\n") == ("libgl1", "ffmpeg")
    assert packages_in(None) == ()
