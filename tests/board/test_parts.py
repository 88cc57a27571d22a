"""What the board shows of a ledger that anybody may have written into."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache
from html.parser import HTMLParser

import pytest

from freshboot.board import hero, parts, tables
from freshboot.board.now import now
from freshboot.board.rollouts import Place, columns, rows
from freshboot.judge.verdict import Verdict
from freshboot.tell.report.grid import grid
from tests.tell.payloads import PAYLOADS
from tests.tell.report.records import FIRST, attempt, outcome, selective

CLOCK = FIRST + timedelta(days=3)
HARMLESS = "harmless"


class Elements(HTMLParser):
    """The elements of a text, each with the names of its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, ...]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, *(name for name, _ in attrs)))


@cache
def shown(words: str) -> str:
    """All that is made of records in which every text that may be any text is this one."""
    told = [
        replace(one, stamp=words, branch=words, remedy=words, does=words, reason=words, trigger=words)
        for one in (*selective(), attempt(5, None))
    ]
    told = [replace(one, run_url=words, changed=(words or "a",), app=words) for one in told]
    for one in told:
        if one.result:
            one.result.update(explanation=words, cause=words)
            one.result["live"].update(stamp=words)
            for file in one.result["files"]:
                file["path"] = words or "a"
    latest, cut = now(told), now(told[:-1])
    assert latest is not None
    assert cut is not None
    made = [hero.hero(one, words, CLOCK) for one in (latest, cut)]
    made += [tables.row(one, words) for one in rows(told)]
    return "".join([*made, tables.picture(grid(columns(told)), words)])


@pytest.mark.parametrize("words", PAYLOADS.values(), ids=PAYLOADS)
def test_a_text_of_the_ledger_makes_no_element(words: str) -> None:
    usual = Elements(shown(HARMLESS)).found
    assert set(Elements(shown(words)).found) <= {*usual, ("span", "class"), ("p", "class")}


@pytest.mark.parametrize("words", PAYLOADS.values(), ids=PAYLOADS)
def test_an_app_s_name_to_choose_is_one_plain_line(words: str) -> None:
    told = parts.place_words(Place(words, words))
    assert told.isprintable()
    assert len(told) <= 160


def test_a_time_to_come_is_told_without_saying_how_long_ago() -> None:
    told = parts.time(CLOCK + timedelta(hours=1), CLOCK)
    assert "ago" not in told
    assert "ago" in parts.time(FIRST, CLOCK)


def test_the_head_says_that_it_is_a_record_and_of_when() -> None:
    told = now([attempt(2, outcome(2, Verdict.PROVEN))])
    assert told is not None
    made = re.sub("<[^>]*>", "", hero.hero(told, "", datetime(2026, 1, 20, 11, 1, 2, tzinfo=timezone.utc)))
    assert "As recorded 2026-01-17 11:01 UTC · 3 d ago" in made
    assert "of the time since, nothing is known" in made
    assert "was live" in made


def test_since_when_it_was_proven_is_told_without_an_age_that_reads_as_until_today() -> None:
    told = now([attempt(2, outcome(2, Verdict.PROVEN))])
    assert told is not None
    made = re.sub("<[^>]*>", " ", hero.hero(told, "", CLOCK))
    assert re.search(r"Proven from\s+2026-01-17 11:00 UTC\s+(?!\W*\d+ d ago)", made)
    assert "Live since" not in made


def test_a_record_of_a_time_yet_to_come_is_said_to_be_one() -> None:
    told = now([attempt(2, outcome(2, Verdict.PROVEN))])
    assert told is not None
    assert "for a time yet to come" in hero.hero(told, "", FIRST - timedelta(days=2))
    assert "yet to come" not in hero.hero(told, "", FIRST)


def test_where_another_branch_s_rollout_came_later_that_is_told() -> None:
    first, other = attempt(2, outcome(2, Verdict.PROVEN)), attempt(3, outcome(3, Verdict.PROVEN))
    told = now([first], [replace(other, branch="<next>")])
    assert told is not None
    made = re.sub("<[^>]*>", "", hero.hero(told, "", CLOCK))
    assert "nothing is known" not in made
    assert f"a later one of the same app is that of branch &lt;next&gt; with {other.commit[:7]}" in made
    assert "2026-01-17 12:01 UTC" in made


def test_a_commit_is_a_link_only_where_its_address_is_known() -> None:
    assert "<a" not in parts.commit("", "a" * 40)
    assert 'href="https://github.com/acme/app/commit/aaa' in parts.commit(
        "https://github.com/acme/app/commit/", "a" * 40
    )


def test_the_picture_says_each_state_in_words() -> None:
    made = tables.picture(grid(columns(selective())), "")
    for words in ("not deployed (from ", "deployed", "live, unchanged by the push"):
        assert f'fb-unseen">{words}' in made
