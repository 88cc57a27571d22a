"""The documents' pages are those of the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from freshboot.doctor.finding import Rule
from freshboot.doctor.pages import page, table
from freshboot.doctor.rules import RULES

DOCS = Path(__file__).parents[2] / "docs"
WRITE_ANEW = "write it anew: scripts/make-findings"


@pytest.mark.parametrize("rule", RULES, ids=lambda one: one.name)
def test_every_finding_has_its_page(rule: Rule) -> None:
    assert (DOCS / "findings" / f"{rule.name}.md").read_text("utf-8") == page(rule), WRITE_ANEW


def test_there_is_no_page_of_a_finding_that_is_none() -> None:
    assert {path.stem for path in (DOCS / "findings").iterdir()} == {rule.name for rule in RULES}


def test_the_index_lists_every_finding() -> None:
    assert table(RULES) in (DOCS / "doctor.md").read_text("utf-8"), WRITE_ANEW
