"""What stands beside the files and lines, and how much of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from freshboot.judge.causes import Cause
from freshboot.judge.checks import CheckResult
from freshboot.judge.evidence import Absence, FileFinding, FileState, Looked, Observation, Reading
from freshboot.judge.outcome import Outcome
from freshboot.judge.pages import Frame, PageLook, Raised
from freshboot.judge.verdict import Judgement, Verdict
from freshboot.proof import Layer
from freshboot.tell.annotations import annotations, lines_of_checks
from tests.tell import runner
from tests.tell.outcomes import EXPECTED, FINDING, down, proven, stale

RAISED = Raised("ValueError", "no budget", Frame("pages/report.py", 7, "total"))
CONFIGURATION = """\
url: https://example.com
checks:
  - text: Budget 2026
  # the total
  - {page: Report, metric: Total, equals: 12}
  - name: margin
    matches: 'Margin: \\d+'
"""


def holding(*findings: FileFinding, verdict: Verdict = Verdict.STALE) -> Outcome:
    seen = Observation(2.0, "boot", Reading(findings), EXPECTED.commit)
    return Outcome(Judgement(verdict, (Cause.STALE_FILE,), True, (seen,)), EXPECTED, (), 1, None, None)


def looked(*checks: CheckResult, raised: tuple[PageLook, ...] = ()) -> Outcome:
    causes = (Cause.APP_RAISES,) if raised else (Cause.CHECK_FAILED,)
    shown = Looked(checks, raised)
    judgement = Judgement(Verdict.CODE, causes, True, looked=shown, raised=raised)
    return Outcome(judgement, EXPECTED, (), 1, None, None)


def obeyed(told: list[str]) -> list[runner.Command]:
    return runner.commands("\n".join(told))


def files(count: int, state: FileState = FileState.STALE) -> list[FileFinding]:
    return [FileFinding(f"m{number:03}.py", Layer.DISK, state, FINDING.origin) for number in range(count)]


def test_there_are_none_where_all_is_well() -> None:
    assert annotations(proven()) == []


def test_the_verdict_comes_first_and_says_what_to_do() -> None:
    first = obeyed(annotations(stale()))[0]
    assert first.name == "error"
    assert first.properties == {"title": "freshboot: stale (stale-file)"}
    assert "calc.py" in first.data
    assert "Reboot" in first.data


def test_a_stale_file_is_marked_itself() -> None:
    (_, told) = obeyed(annotations(stale()))
    assert (told.name, told.properties["file"]) == ("error", "calc.py")
    assert "3 commits behind" in told.data


def test_a_file_that_is_old_in_two_layers_is_marked_once() -> None:
    both = [replace(FINDING, layer=layer) for layer in (Layer.DISK, Layer.MEMORY)]
    (_, told) = obeyed(annotations(holding(*both)))
    assert "on disk" in told.data
    assert "in memory" in told.data


def test_what_is_only_doubtful_is_a_warning() -> None:
    (verdict, told) = obeyed(annotations(holding(*files(1, FileState.UNRECORDED))))
    assert (verdict.name, told.name) == ("error", "warning")


def test_nothing_is_an_error_where_nothing_is_certain() -> None:
    assert {one.name for one in obeyed(annotations(down("refused")))} == {"warning"}
    assert {one.name for one in obeyed(annotations(holding(FINDING, verdict=Verdict.UNPROVEN)))} == {
        "warning"
    }


def test_an_exception_is_marked_at_the_app_s_own_deepest_line() -> None:
    (_, told) = obeyed(annotations(looked(raised=(PageLook("report", raised=RAISED),))))
    assert told.properties == {"file": "pages/report.py", "line": "7", "title": "freshboot: ValueError"}
    assert "no budget" in told.data


def test_an_exception_of_many_pages_is_marked_once() -> None:
    pages = tuple(PageLook(name, raised=RAISED) for name in ("a", "b"))
    assert len(annotations(looked(raised=pages))) == 2


def test_an_exception_without_a_place_names_none() -> None:
    (_, told) = obeyed(annotations(looked(raised=(PageLook(raised=Raised("KeyError", "x")),))))
    assert told.properties.keys() == {"title"}


def test_an_exception_before_anything_is_attested_is_a_warning() -> None:
    seen = PageLook(raised=RAISED)
    judgement = Judgement(Verdict.UNPROVEN, (Cause.APP_RAISES,), True, raised=(seen,), detail=Absence.RAISED)
    told = obeyed(annotations(Outcome(judgement, EXPECTED, (), 1, None, None)))
    assert [one.name for one in told] == ["warning", "warning"]
    assert told[1].properties["line"] == "7"


def test_a_failed_check_is_marked_where_it_is_configured() -> None:
    failed = CheckResult("margin", False, "/Margin/", "it is not there")
    (_, told) = obeyed(annotations(looked(failed), lines_of_checks(CONFIGURATION)))
    assert (told.properties["file"], told.properties["line"]) == (".github/freshboot.yml", "6")


def test_a_check_of_which_nobody_knows_the_line_is_told_without() -> None:
    failed = CheckResult("no exception on the first page", False, "no exception", "KeyError")
    (_, told) = obeyed(annotations(looked(failed), lines_of_checks(CONFIGURATION)))
    assert told.properties == {"title": "freshboot: check failed"}


def test_a_check_that_saw_nothing_is_a_warning_and_one_that_passed_is_silent() -> None:
    checks = (CheckResult("a", True, "x", "x"), CheckResult("b", False, "x", "busy", unseen=True))
    assert [one.name for one in obeyed(annotations(looked(*checks)))] == ["error", "warning"]


def test_the_lines_of_checks_are_known_by_their_names() -> None:
    assert list(lines_of_checks(CONFIGURATION).values()) == [3, 5, 6]
    assert lines_of_checks(CONFIGURATION)["margin"] == 6


@pytest.mark.parametrize(
    "text",
    ["", "url: x", "- a", "checks: 3", "checks: [3]", "checks: [{text: a}", "x: !!python/object:a.b {}"],
)
def test_a_configuration_that_cannot_be_read_has_no_lines(text: str) -> None:
    assert lines_of_checks(text) == {}


@pytest.mark.parametrize(("count", "shown"), [(9, 10), (10, 10), (11, 10), (500, 10)])
def test_there_are_no_more_than_github_shows(count: int, shown: int) -> None:
    told = obeyed(annotations(holding(*files(count))))
    assert len(told) == shown


def test_the_last_one_counts_those_that_are_left_out() -> None:
    assert "m008.py" in annotations(holding(*files(9)))[-1]
    told = obeyed(annotations(holding(*files(30))))
    assert "… and 22 more" in told[-1].data
    assert "m007.py" in told[-2].data


def test_errors_and_warnings_are_bounded_each() -> None:
    told = obeyed(annotations(holding(*files(30), *doubtful(30))))
    assert [one.name for one in told] == ["error"] * 10 + ["warning"] * 10


def doubtful(count: int) -> list[FileFinding]:
    return [FileFinding(f"d{number}.py", Layer.MEMORY, FileState.UNRECORDED) for number in range(count)]


def test_a_message_is_never_longer_than_the_runner_takes() -> None:
    long = tuple(CheckResult(f"{number}" + "x" * 900, False, "y" * 3000, "z" * 9000) for number in range(3))
    told = obeyed(annotations(looked(*long)))
    assert max(len(one.data) for one in told) == 4096


def test_signs_of_a_command_in_a_file_s_name_stay_in_it() -> None:
    path = "100%, a:b/c d.py"
    (_, told) = obeyed(annotations(stale(path)))
    assert told.properties["file"] == path


def test_a_file_whose_name_a_log_cannot_bear_is_marked_nowhere_else() -> None:
    (_, told) = obeyed(annotations(stale("calc\u202e.py")))
    assert "file" not in told.properties
    assert "calc" in told.data
