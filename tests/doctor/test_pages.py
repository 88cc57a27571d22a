"""The documents' pages are those of the rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from freshboot.cli import cli
from freshboot.doctor.finding import Rule
from freshboot.doctor.pages import page, table
from freshboot.doctor.rules import RULES

DOCS = Path(__file__).parents[2] / "docs"
CODE = re.compile(r"```.*?```|`[^`]+`", re.DOTALL)
COMMAND = re.compile(
    r"\b(?:git (?:add|mv|rm|push|lfs migrate)|pip (?:list|install)"
    rf"|freshboot (?:{'|'.join(cli.commands)}))\b",
    re.IGNORECASE,
)
WRITE_ANEW = "write it anew: scripts/make-findings"


@pytest.mark.parametrize("rule", RULES, ids=lambda one: one.name)
def test_every_finding_has_its_page(rule: Rule) -> None:
    assert (DOCS / "findings" / f"{rule.name}.md").read_text("utf-8") == page(rule), WRITE_ANEW


@pytest.mark.parametrize("rule", RULES, ids=lambda one: one.name)
def test_a_command_stands_there_as_it_is_typed(rule: Rule) -> None:
    """In code marks, and with a small letter also where a sentence begins."""
    assert COMMAND.findall(CODE.sub("", page(rule))) == []


def test_there_is_no_page_of_a_finding_that_is_none() -> None:
    assert {path.stem for path in (DOCS / "findings").iterdir()} == {rule.name for rule in RULES}


def test_the_index_lists_every_finding() -> None:
    assert table(RULES) in (DOCS / "doctor.md").read_text("utf-8"), WRITE_ANEW
