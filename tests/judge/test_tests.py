"""The check that runs the repository's own tests: how it is written, and what its result says."""

from __future__ import annotations

import re

import pytest
import yaml

from freshboot.judge.checklist import WrongCheck, from_mapping
from freshboot.judge.checks import RanTests, RunsTests, evaluate, named_pages, result_of_tests
from freshboot.judge.pages import PageLook

CHECK = RunsTests("live", "tests/live")
BROKEN = ("tests/live/test_a.py::test_sum", "assert '1' == '2'")


def check_of(text: str) -> object:
    return from_mapping(yaml.safe_load(f"- {text}"), "freshboot.yml")[0]


def test_takes_a_path_a_time_and_the_variables_that_the_tests_need() -> None:
    check = check_of("{pytest: tests/live, within: 90s, env: [LOGIN, PASSWORD]}")
    assert check == RunsTests("the tests in tests/live pass", "tests/live", 90.0, ("LOGIN", "PASSWORD"))


def test_gives_tests_five_minutes_and_no_variable() -> None:
    assert check_of("pytest: tests/live/test_a.py::test_sum") == RunsTests(
        "the tests in tests/live/test_a.py::test_sum pass", "tests/live/test_a.py::test_sum", 300.0, ()
    )


@pytest.mark.parametrize(("text", "seconds"), [("2m", 120.0), ("1.5h", 5400.0), ("45", 45.0)])
def test_reads_a_duration_as_the_other_keys_do(text: str, seconds: float) -> None:
    check = check_of(f"{{pytest: a, within: {text}}}")
    assert isinstance(check, RunsTests)
    assert check.seconds == seconds


@pytest.mark.parametrize(
    ("check", "message"),
    [
        ("{pytest: tests, page: Report}", "pytest and page do not go together"),
        ("{pytest: tests, text: a}", "pytest at once"),
        ("{text: a, env: [LOGIN]}", "text and env do not go together"),
        ("{pytest: --pdb}", "'--pdb' is no path below the repository's root"),
        ("{pytest: ../other}", "is no path below"),
        ("{pytest: /etc}", "is no path below"),
        ("{pytest: a, within: soon}", "within is no duration"),
        ("{pytest: a, within: 0s}", "within is no duration"),
        ("{pytest: a, env: LOGIN}", "env is no list of variables' names"),
        ("{pytest: a, env: ['A=B']}", "env is no list of variables' names"),
        ("{pytest: a, env: [FRESHBOOT_KEY]}", "FRESHBOOT_KEY is handed to no test"),
        ("{pytest: a, env: [github_token]}", "github_token is handed to no test"),
        ("{pytest: a, env: [GH_TOKEN]}", "GH_TOKEN is handed to no test"),
    ],
)
def test_refuses_a_wrong_entry_and_says_what_would_be_right(check: str, message: str) -> None:
    with pytest.raises(WrongCheck, match=re.escape(message)):
        check_of(check)


def test_passes_if_every_test_did() -> None:
    result = result_of_tests(CHECK, RanTests(passed=20))
    assert (result.passed, result.unseen, result.found) == (True, False, "20 passed")


def test_fails_with_the_names_of_the_tests_that_failed_and_what_they_say() -> None:
    result = result_of_tests(
        CHECK, RanTests(passed=3, failed=(BROKEN,), unmade=(("test_b", "no connection"),))
    )
    assert (result.passed, result.unseen) == (False, False)
    assert result.found == "1 of 5 failed: tests/live/test_a.py::test_sum: assert '1' == '2'"


def test_counts_the_failures_that_it_does_not_name() -> None:
    found = result_of_tests(CHECK, RanTests(failed=(BROKEN,) * 9)).found
    assert found.count("test_sum") == 5
    assert found.endswith("; and 4 more")


def test_bounds_what_a_failure_says() -> None:
    assert len(result_of_tests(CHECK, RanTests(failed=(("n" * 999, "w" * 9999),) * 9)).found) < 1500


@pytest.mark.parametrize(
    "ran",
    [
        RanTests(trouble="pytest is not installed", lasting=True),
        RanTests(passed=19, trouble="the tests did not end within 300 s"),
        RanTests(passed=19, unmade=(("test_b", "no connection"),)),
        RanTests(),
    ],
)
def test_tests_that_could_not_be_made_show_nothing_of_the_code_and_are_not_passed(ran: RanTests) -> None:
    result = result_of_tests(CHECK, ran)
    assert (result.passed, result.unseen, result.lasting) == (False, True, ran.lasting)


def test_names_what_kept_a_test_from_being_made() -> None:
    assert result_of_tests(CHECK, RanTests(19, unmade=(("test_b", "no connection"),))).found == (
        "1 of 20 could not be made: test_b: no connection"
    )


def test_is_no_matter_of_the_pages() -> None:
    results = evaluate([CHECK], {"": PageLook()}, lambda _pattern, _texts: ())
    assert [one.name for one in results] == ["no exception on the first page"]
    assert named_pages([CHECK]) == frozenset()
