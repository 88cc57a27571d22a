"""Every verdict, cause and remedy has its section, and it says what the command says."""

from __future__ import annotations

import re

import pytest

from freshboot.config import MOVE, REMEDIES, RENAME
from freshboot.judge.causes import Cause
from freshboot.judge.evidence import Expectation, Observation, Reading
from freshboot.judge.sentences import NEXT, SENTENCES
from freshboot.judge.verdict import EXIT_CODES, Judgement, Verdict
from freshboot.judge.words import explain
from tests.docs.pages import DOCS, flat, section

VERDICTS = (DOCS / "verdicts.md").read_text("utf-8")
CAUSES = (DOCS / "causes.md").read_text("utf-8")
REMEDIES_PAGE = (DOCS / "remedies.md").read_text("utf-8")
FAQ = (DOCS / "faq.md").read_text("utf-8")


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_s_section_says_what_it_means_how_it_looks_and_what_to_do(verdict: Verdict) -> None:
    told = section(VERDICTS, verdict.value)
    assert all(f"**{words}:**" in told for words in ("It means", "It looks like", "What to do"))


@pytest.mark.parametrize("verdict", Verdict)
def test_the_verdicts_page_tells_each_exit_code(verdict: Verdict) -> None:
    assert f"| [`{verdict.value}`](#{verdict.value}) | {EXIT_CODES[verdict]} |" in VERDICTS


@pytest.mark.parametrize("verdict", [Verdict.PROVEN, Verdict.SUPERSEDED, Verdict.SEEN])
def test_a_verdict_without_a_cause_is_shown_in_the_words_of_the_command(verdict: Verdict) -> None:
    expectation = Expectation("3f2a9c1" + "0" * 33, "", {}, "streamlit_app.py")
    seen = Observation(1.0, "boot", Reading(), "9d41e70" + "0" * 33)
    told = explain(Judgement(verdict, (), True, (seen,)), expectation)
    assert told in flat(section(VERDICTS, verdict.value))


@pytest.mark.parametrize("cause", Cause)
def test_a_cause_s_section_shows_the_sentence_that_the_command_says(cause: Cause) -> None:
    fixed = SENTENCES[cause].replace("{commit}", "commit 3f2a9c1").partition("{")[0].strip()
    assert f"> {fixed}" in section(CAUSES, cause.value)


@pytest.mark.parametrize("cause", Cause)
def test_a_cause_s_section_says_all_that_the_command_tells_to_do_next(cause: Cause) -> None:
    told = flat(section(CAUSES, cause.value)).replace("`", "")
    assert [step for step in NEXT[cause] if step.replace("`", "") not in told] == []


def test_the_causes_page_has_no_cause_that_is_none() -> None:
    assert set(re.findall(r"^### (.+)$", CAUSES, re.M)) == {cause.value for cause in Cause}


@pytest.mark.parametrize("remedy", [*REMEDIES, MOVE, RENAME])
def test_the_remedies_page_has_a_row_and_a_section_for_each_remedy(remedy: str) -> None:
    assert f"| `{remedy}` |" in REMEDIES_PAGE
    assert section(REMEDIES_PAGE, remedy).strip()


def test_the_reports_by_cause_in_the_faq_come_to_their_sum() -> None:
    rows = re.findall(r"^\| .+ \| (\d+) \| \[`", section(FAQ, "How often is it what"), re.M)
    assert sum(map(int, rows)) == 64
    assert "Sixty-four public reports" in FAQ


@pytest.mark.parametrize("cause", Cause)
def test_a_cause_tells_no_other_number_of_reports_than_the_faq(cause: Cause) -> None:
    rows = re.findall(r"^\| .+ \| (\d+) \| (.+) \|$", section(FAQ, "How often is it what"), re.M)
    counted = {int(number) for number, links in rows if f"#{cause.value})" in links}
    told = re.findall(r"(\d+) of\s64", section(CAUSES, cause.value))
    assert set(map(int, told)) <= counted
