"""The checks: what passes them, and above all what does not."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
import yaml

from freshboot.judge.checklist import WrongCheck, from_mapping
from freshboot.judge.checks import CheckResult, evaluate, named_pages
from freshboot.judge.pages import Frame, PageLook, Raised, ShownMetric

REPORT = PageLook(
    page="Report",
    title="Annual report",
    texts=("Report  of\n2026", "Total: 1,200", "version v12"),
    metrics=(ShownMetric("Revenue", "£23,399,235", "+5%"), ShownMetric("Total", "1,200")),
)
HOME = PageLook(
    texts=("Budget 2026", "Total: £1,200.00"),
    metrics=(ShownMetric("Total", "£1,200"), ShownMetric("Margin", "12.4%")),
)
PAGES = {"": HOME, "Report": REPORT}


def search(pattern: str, texts: Sequence[str]) -> tuple[str, ...]:
    found = (match for text in texts for match in re.finditer(pattern, text))
    return tuple(dict.fromkeys(match[1] if match.re.groups else match[0] for match in found))


def no_time(pattern: str, texts: Sequence[str]) -> None:
    return None


def result_of(check: str, *pages: PageLook) -> CheckResult:
    """What comes of one check, written as in the configuration."""
    looks = {page.page: page for page in pages} or PAGES
    (result,) = [
        one
        for one in evaluate(from_mapping(yaml.safe_load(f"- {check}"), "test"), looks, search)
        if not one.name.startswith("no exception")
    ]
    return result


@pytest.mark.parametrize(
    "check",
    [
        "text: Budget 2026",
        "{page: Report, text: Report of 2026}",  # whatever the blanks between
        "{page: Annual report, text: Report of}",  # a page by its title
        "{page: /Report, text: Report of}",
        "absent: Traceback",
        "{page: Report, absent: Budget}",
        r"{page: Report, matches: 'v\d+'}",
        r"no_match: 'v\d+-dirty'",
        '{page: Report, metric: Revenue, equals: "£23,399,235"}',
        '{page: Report, metric: Revenue, equals: "£23,400,000", within: 1000}',
        '{page: Report, metric: Revenue, equals: "£23,400,000", within: "£1,000"}',
        "{page: Report, metric: Revenue, equals: 23399235}",
        "{page: Report, metric: Revenue, equals: 23.4M, within: 0.1%}",
        "{page: Report, delta: Revenue, equals: 5.2%, within: 0.2}",
        "{metric: Margin, equals: 12%, within: 0.5}",
        "{metric: Margin, equals: 12%, within: 5%}",
        "{metric: Total, agrees_with: {page: Report, metric: Total}}",
        r"{metric: Total, agrees_with: {matches: 'Total: (\S+)'}}",
        r"{page: Report, matches: 'Total: (\S+)', equals: 1200}",
        r"{page: Report, matches: 'v(\d+)', equals: 10, within: 2}",
    ],
)
def test_passes(check: str) -> None:
    assert result_of(check).passed


@pytest.mark.parametrize(
    ("check", "found"),
    [
        ("text: Budget 2027", 'it is not there; the page begins with "Budget 2026"'),
        ("text: budget 2026", 'it is not there; the page begins with "Budget 2026"'),
        ("text: Report of", 'it is not there; the page begins with "Budget 2026"'),
        ("absent: Report of 2026", "Report of 2026 on Report"),
        (r"no_match: 'v\d+'", "v12 on Report"),
        (r"matches: 'v\d+'", 'it is not there; the page begins with "Budget 2026"'),
        ("{page: Nowhere, text: Budget}", "there is no one page Nowhere; looked at: the first one, Report"),
        ("{page: Nowhere, absent: Budget}", "there is no one page Nowhere; looked at: the first one, Report"),
        ('{page: Report, metric: Revenue, equals: "£23,399,236"}', "£23,399,235"),
        ('{page: Report, metric: Revenue, equals: "£23,400,236", within: 1000}', "£23,399,235"),
        ('{page: Report, metric: Revenue, equals: "€23,399,235", within: 1000}', "£23,399,235"),
        ('{page: Report, metric: Revenue, equals: "£23,399,235.00"}', "£23,399,235"),
        ('{page: Report, metric: Total, equals: "£1,200", within: 1}', "1,200, which does not say GBP"),
        ("{metric: Margin, equals: 12.4, within: 1}", "12.4%"),
        ("{metric: Margin, equals: 13%, within: 0.5}", "12.4%"),
        ("{metric: Revenue, equals: 5}", "metric Revenue is not there; there are Total, Margin"),
        ("{delta: Total, equals: 5}", "delta Total is not there; there are Total, Margin"),
        (r"{matches: 'Sum: (\S+)', equals: 5}", r"what /Sum: (\S+)/ matches is not there"),
        ("{metric: Margin, agrees_with: {metric: Total}, within: 100}", "12.4% and £1,200"),
        ("{metric: Total, agrees_with: {page: Report, metric: Revenue}}", "£1,200 and £23,399,235"),
        ('{page: Report, metric: Revenue, equals: "£23,399,236", within: "€5"}', "£23,399,235"),
        ("{metric: Total, agrees_with: {page: Report, delta: Revenue}, within: 5%}", "£1,200 and +5%"),
        ("{matches: Budget, equals: 5}", "Budget: not a number"),
        ('{metric: Margin, equals: "5", within: "£1"}', "12.4%"),
        (r"{matches: '\d', equals: 2}", r"what /\d/ matches is there with different values: 2, 0, 6, 1"),
    ],
)  # fmt: skip
def test_fails_and_says_what_it_found(check: str, found: str) -> None:
    result = result_of(check)
    assert not result.passed
    assert result.found == found


def test_two_places_may_differ_by_a_share_of_the_smaller_one() -> None:
    page = PageLook(metrics=(ShownMetric("A", "100"), ShownMetric("B", "110"), ShownMetric("C", "110.5")))
    assert result_of("{metric: A, agrees_with: {metric: B}, within: 10%}", page).passed
    assert not result_of("{metric: A, agrees_with: {metric: C}, within: 10%}", page).passed


def test_says_what_was_expected_and_names_the_check_by_its_content() -> None:
    result = result_of('{page: Report, metric: Revenue, equals: "£23,399,235", within: 1000}')
    assert result.name == "metric Revenue on Report is £23,399,235 ± 1000"
    assert result.expected == "£23,399,235 ± 1000"
    assert result_of("absent: Traceback").expected == 'nowhere "Traceback"'


def test_fails_a_metric_that_is_there_twice_with_different_values() -> None:
    page = PageLook(metrics=(ShownMetric("Revenue", "5"), ShownMetric("Revenue", "6")))
    result = result_of("{metric: Revenue, equals: 5}", page)
    assert not result.passed
    assert result.found == "metric Revenue is there with different values: 5, 6"


def test_fails_a_metric_that_is_there_twice_and_once_without_a_value() -> None:
    page = PageLook(metrics=(ShownMetric("Revenue", "5"), ShownMetric("Revenue", "")))
    assert not result_of("{metric: Revenue, equals: 5}", page).passed


def test_takes_a_metric_that_is_there_twice_with_the_same_value() -> None:
    page = PageLook(metrics=(ShownMetric("Revenue", "5"), ShownMetric("Revenue", "5")))
    assert result_of("{metric: Revenue, equals: 5}", page).passed


def test_fails_a_page_named_by_a_title_that_two_have() -> None:
    pages = (PageLook("a", "Report", ("x",)), PageLook("b", "Report", ("x",)))
    assert not result_of("{page: Report, text: x}", *pages).passed


def test_does_not_take_a_text_for_absent_from_a_page_that_was_not_seen_to_its_end() -> None:
    page = PageLook(texts=("so far",), error="still running after 30 s")
    result = result_of("absent: Traceback", page)
    assert not result.passed
    assert result.found == "still running after 30 s on the first page"
    assert result_of("text: so far", page).passed


def test_does_not_take_a_text_for_absent_if_no_page_was_looked_at() -> None:
    assert not any(one.passed for one in evaluate(from_mapping([{"absent": "x"}], "test"), {}, search))


@pytest.mark.parametrize("check", ["matches: a", "no_match: a", "{matches: a, equals: 5}"])
def test_fails_what_could_not_be_searched_in_time(check: str) -> None:
    (result,) = evaluate(from_mapping(yaml.safe_load(f"- {check}"), "test"), {"": HOME}, no_time)[1:]
    assert not result.passed
    assert "took too long" in result.found


def test_bounds_what_it_quotes() -> None:
    page = PageLook(metrics=(ShownMetric("Revenue", "9" * 100_000),))
    assert len(result_of("{metric: Revenue, equals: 5}", page).found) <= 300


BROKEN = PageLook("Broken", raised=Raised("KeyError", "'revenue'", Frame("calc.py", 3, "total")))


def test_checks_by_itself_that_no_page_shows_an_exception() -> None:
    results = evaluate((), {"": HOME, "Broken": BROKEN}, search)
    assert results == (
        CheckResult("no exception on the first page", True, "no exception", ""),
        CheckResult(
            "no exception on Broken", False, "no exception", "KeyError: 'revenue' (calc.py, line 3, in total)"
        ),
    )


def test_takes_a_page_that_was_not_seen_to_its_end_for_one_that_may_raise() -> None:
    (result,) = evaluate((), {"": PageLook(error="still running after 30 s")}, search)
    assert not result.passed
    assert result.found == "still running after 30 s"


def test_allows_exceptions_where_the_configuration_does() -> None:
    checks = from_mapping([{"page": "Broken", "exceptions": "allowed"}], "test")
    pages = {"": BROKEN, "Broken": BROKEN}
    assert [(one.name, one.passed) for one in evaluate(checks, pages, search)] == [
        ("no exception on the first page", False)
    ]


def test_allows_exceptions_everywhere() -> None:
    assert evaluate(from_mapping([{"exceptions": "allowed"}], "test"), {"": BROKEN}, search) == ()


def test_an_app_without_any_page_fails() -> None:
    assert [one.passed for one in evaluate((), {}, search)] == [False]


def test_tells_which_pages_are_named() -> None:
    checks = from_mapping(
        [
            {"text": "x", "page": "/A"},
            {"metric": "m", "page": "B", "agrees_with": {"page": "C", "metric": "m"}},
            {"absent": "x"},
        ],
        "test",
    )
    assert named_pages(checks) == {"A", "B", "C"}


def test_reads_a_comma_as_the_decimal_sign_where_it_is_said_to_be() -> None:
    page = PageLook(metrics=(ShownMetric("Marge", "1.234 €"),))
    assert result_of('{metric: Marge, equals: "1.234,00 €", within: 1, decimal: ","}', page).passed
    assert result_of('{metric: Marge, equals: 1234, decimal: ","}', page).passed
    assert not result_of('{metric: Marge, equals: 1.234, decimal: ","}', page).passed
    assert not result_of('{metric: Marge, equals: "1.234,00 €", within: 1}', page).passed


@pytest.mark.parametrize(
    ("check", "message"),
    [
        ("metrik: Revenue", "check 1: there is no key 'metrik'; did you mean metric?"),
        ("{text: a, absent: b}", "check 1: text and absent at once; use one of"),
        ("page: Report", "check 1: it says nothing to look for; use one of text, absent"),
        ("metric: Revenue", "check 1: metric needs equals or agrees_with"),
        ("{text: a, equals: 5}", "check 1: text and equals do not go together"),
        (
            "{metric: a, equals: 5, agrees_with: {metric: b}}",
            "check 1: metric and equals and agrees_with do not",
        ),
        ("{text: a, within: 5}", "check 1: within means nothing without equals"),
        (
            '{metric: a, equals: "about five", within: 5}',
            "equals: 'about five' cannot be compared as a number",
        ),
        ("{metric: a, equals: 5, within: a lot}", "within: 'a lot' cannot be compared as a number"),
        ("{metric: a, equals: 5, within: -1}", "within is below zero"),
        ("{metric: a, equals: .nan}", "equals is no finite number"),
        ("{metric: a, equals: yes}", "equals is not a text: put it in quotation marks"),
        ("{metric: a, agrees_with: {metric: a}}", "metric a is the same place twice"),
        (
            "{metric: a, agrees_with: {metrc: b}}",
            "agrees_with: there is no key 'metrc'; did you mean metric?",
        ),
        ("{metric: a, agrees_with: b}", "agrees_with: 'b' is not a mapping"),
        ("{matches: '(', page: a}", "matches is not a regular expression: missing )"),
        ("{matches: a, decimal: ';', equals: 5}", "decimal is the decimal sign"),
        ("exceptions: forbidden", "exceptions can only be: allowed"),
        ("text: ''", "text is empty"),
        ("Budget", "check 1: 'Budget' is not a mapping: write it as text: Budget"),
    ],
)
def test_refuses_a_wrong_entry_and_says_what_would_be_right(check: str, message: str) -> None:
    with pytest.raises(WrongCheck, match=f"^freshboot.yml: .*{re.escape(message)}"):
        from_mapping(yaml.safe_load(f"- {check}"), "freshboot.yml")


def test_refuses_what_is_not_a_list() -> None:
    with pytest.raises(ValueError, match="checks is not a list"):
        from_mapping({"text": "a"}, "freshboot.yml")


def test_gives_every_check_a_name_of_its_own() -> None:
    names = [
        one.name for one in from_mapping([{"text": "a"}, {"text": "a"}, {"text": "b", "name": "B"}], "test")
    ]
    assert names == ["shows 'a'", "shows 'a' (2)", "B"]


def test_refuses_a_name_that_is_given_twice() -> None:
    with pytest.raises(WrongCheck, match="there is a check named 'x' already"):
        from_mapping([{"text": "a", "name": "x"}, {"text": "b", "name": "x"}], "test")


def test_the_documented_examples_are_right() -> None:
    from freshboot.judge import checklist

    example = (checklist.__doc__ or "").partition("::\n")[2]
    assert len(from_mapping(yaml.safe_load(example)["checks"], "docs")) == 8


@pytest.mark.parametrize(
    "check",
    ["{metric: Revenue, equals: £5}", "{text: not yet there}", "{absent: Traceback}"],
)
def test_a_page_that_broke_off_shows_nothing_of_the_code(check: str) -> None:
    """Of a metric another may have been to come."""
    page = PageLook(metrics=(ShownMetric("Revenue", "£5"),), error="the server ended the session")
    result = result_of(check, page)
    assert (result.passed, result.unseen) == (False, True)


def test_a_page_that_raised_was_seen() -> None:
    page = PageLook(raised=Raised("ValueError", "no"), error="the server ended the session")
    (result,) = evaluate((), {"": page}, search)
    assert (result.passed, result.unseen) == (False, False)


@pytest.mark.parametrize("label", ["**Revenue**", "Revenue\u200b", "\uff32evenue"])
def test_labels_that_read_alike_are_one(label: str) -> None:
    page = PageLook(metrics=(ShownMetric("Revenue", "£5"), ShownMetric(label, "£9")))
    assert not result_of("{metric: Revenue, equals: £5}", page).passed
