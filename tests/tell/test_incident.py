"""The words of an incident."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from freshboot.github.incidents import LONGEST_BODY
from freshboot.judge.causes import Cause
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Verdict
from freshboot.tell.incident import attempt_of, comment, incident, key_of, resolution, title
from tests.tell.outcomes import proven, saying, stale

APP, RUN = "https://budget.example/", "https://github.com/acme/demo/actions/runs/1"
HOSTILE = (
    "x --> <!-- freshboot-incident: abc first: abc --> <img src=x onerror=1> </details> @everyone #1 "
    "[click](https://evil.example) https://evil.example `code` ``` | a\n\n# head\r##[group] \x1b[2J \u202e"
)


def code() -> Outcome:
    told = stale()
    return replace(told, judgement=replace(told.judgement, verdict=Verdict.CODE, causes=(Cause.APP_RAISES,)))


def test_the_title_names_the_app_and_what_is_wrong() -> None:
    assert title(stale(), APP) == "budget.example: what is live is not the release (stale-file)"
    assert title(code(), "http://127.0.0.1:8501/base/") == (
        "127.0.0.1:8501/base: the release is live, and its code fails (app-raises)"
    )


@pytest.mark.parametrize("address", ["", "http://[", "x\n::error::y", "a" * 5000])
def test_a_title_is_one_short_line_whatever_the_address(address: str) -> None:
    told = title(stale(), address)
    assert told.isprintable()
    assert len(told) < 250


def test_the_body_begins_with_the_summary_and_says_where_to_look() -> None:
    told = incident(stale(), app_url=APP, branch="main", run_url=RUN)
    assert told.body.startswith("### ")
    assert f"]({APP}) · branch: main · [the newest run]({RUN})" in told.body


def test_commits_are_links_where_their_address_is_known() -> None:
    told = incident(stale(), app_url=APP, branch="main", run_url=RUN, commits="https://x.example/commit/")
    assert f"https://x.example/commit/{'a' * 40}" in told.body


def test_without_a_run_none_is_named() -> None:
    told = incident(stale(), app_url=APP, branch="", run_url="")
    assert "run](" not in told.body + told.comment
    assert "branch" not in told.body.splitlines()[-3]


def test_a_comment_tells_the_verdict_its_reason_and_what_to_do() -> None:
    told = comment(stale(), RUN)
    first, _, reason, _, *steps = told.splitlines()
    assert first == f"**stale** (stale-file): commit aaaaaaa, [run]({RUN})"
    assert "calc" in reason
    assert steps
    assert all(one.startswith("- ") for one in steps)


def test_the_last_word_says_what_is_live() -> None:
    told = resolution(proven(), RUN)
    assert told.startswith("**proven**: commit aaaaaaa")
    assert "holds exactly commit aaaaaaa" in told


def test_an_app_is_known_by_its_address_branch_and_entrypoint() -> None:
    ours = key_of(APP, "main", "app.py")
    assert ours == key_of(APP.rstrip("/"), "main", "app.py")
    others = {key_of(APP + "b", "main", "app.py"), key_of(APP, "dev", "app.py"), key_of(APP, "main", "b.py")}
    assert len(others | {ours, key_of(APP, "mainapp", ".py")}) == 5
    assert re.fullmatch(r"[0-9a-f]{24}", ours)


def test_an_attempt_is_a_release_and_how_it_ended() -> None:
    first = stale()
    again = replace(first, timeline=((9.0, "asked"),))
    other = replace(first, expected=replace(first.expected, commit="c" * 40))
    assert attempt_of(first) == attempt_of(again)
    assert len({attempt_of(one) for one in (first, other, code(), proven())}) == 4


@pytest.mark.parametrize("verdict", [Verdict.STALE, Verdict.CODE])
def test_nothing_that_an_app_says_has_a_meaning_in_it(verdict: Verdict) -> None:
    told = incident(saying(verdict, HOSTILE), app_url=APP, branch=HOSTILE, run_url=RUN)
    for text in (told.body, told.comment):
        assert "<!--" not in text
        assert "<img" not in text
        assert "https://evil" not in text
        assert not re.search(r"(?<![&\w])[@#](?=\w)|\x1b|\u202e|\r|##\[", text)
    assert "\n" not in told.title


def test_the_last_word_of_a_hostile_app_is_harmless() -> None:
    told = proven()
    seen = replace(told.judgement.live[0], commit="<b>@x#1")
    judgement = replace(told.judgement, verdict=Verdict.SUPERSEDED, live=(seen,))
    words = resolution(replace(told, judgement=judgement), RUN)
    assert not re.search(r"<|@(?=x)|(?<!&)#", words)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://x) [y](https://evil.example", "https://a b"]
)
def test_an_address_that_would_end_its_link_is_none(address: str) -> None:
    told = incident(stale(), app_url=address, branch="main", run_url=address)
    assert "](" not in told.body.rpartition("---")[2] + told.comment


def test_a_body_has_room_whatever_an_app_says() -> None:
    told = incident(
        saying(Verdict.STALE, "\N{PILE OF POO}<" * 5000), app_url=APP, branch="b" * 900, run_url=RUN
    )
    assert max(len(told.body), len(told.comment)) <= LONGEST_BODY
