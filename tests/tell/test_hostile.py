"""What a hostile app says arrives as text and nothing more: in log, summary, annotations and issue."""

from __future__ import annotations

import io
import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest

from freshboot.errors import FreshbootError
from freshboot.judge.causes import Cause
from freshboot.judge.verdict import Verdict
from freshboot.tell.annotations import annotations
from freshboot.tell.badge import shield
from freshboot.tell.github import set_outputs
from freshboot.tell.incident import incident, resolution
from freshboot.tell.safe import text_for_runner
from freshboot.tell.summary import summary
from freshboot.tell.terminal import Terminal
from tests.tell import gfm, runner
from tests.tell.outcomes import saying
from tests.tell.payloads import PAYLOADS

PLAIN = "plain words"

verdicts = pytest.mark.parametrize("verdict", [Verdict.SUPERSEDED, Verdict.CODE])
hostile = pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS.keys())


def unseen(text: str) -> set[str]:
    """The characters that act on a terminal or the reading order, or that nobody sees."""
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return {one for one in text if unicodedata.category(one) in hidden or "\ufe00" <= one <= "\ufe0f"} - {
        "\n"
    }


@cache
def page(verdict: Verdict, text: str) -> gfm.Page:
    return gfm.read(summary(saying(verdict, text)))


def log(verdict: Verdict, text: str) -> str:
    file = io.StringIO()
    terminal = Terminal(file)
    terminal.event(0.5, text)
    terminal.say(f"  {text}")
    terminal.error(FreshbootError(text, text or PLAIN))
    terminal.verdict(saying(verdict, text))
    return file.getvalue()


@cache
def plain_log(verdict: Verdict) -> str:
    return log(verdict, PLAIN)


@cache
def issue(text: str) -> list[gfm.Page]:
    """The issue of an incident, what is said below it, and what is said last."""
    outcome = saying(Verdict.CODE, text, (Cause.APP_RAISES, Cause.CHECK_FAILED))  # uncut, whatever they say
    where = {"app_url": "https://demo.example/", "run_url": "https://github.com/acme/demo/actions/runs/1"}
    told = incident(outcome, branch=text, **where)
    last = resolution(saying(Verdict.SUPERSEDED, text), where["run_url"])
    return [gfm.read(one) for one in (told.body, told.comment, last)]


def test_the_corpus_is_large_enough() -> None:
    assert len(set(PAYLOADS.values())) >= 40


@hostile
@verdicts
def test_the_log_shows_text(verdict: Verdict, text: str) -> None:
    told = log(verdict, text)
    assert runner.commands(told) == []
    assert not unseen(told)
    assert told.count("\n") == plain_log(verdict).count("\n")


@hostile
@verdicts
def test_the_summary_keeps_its_elements_and_gets_no_other(verdict: Verdict, text: str) -> None:
    assert page(verdict, text).shape == page(verdict, PLAIN).shape


@hostile
@verdicts
def test_github_finds_nothing_in_the_summary_s_text(verdict: Verdict, text: str) -> None:
    assert page(verdict, text).found == set()
    assert not unseen(page(verdict, text).text) - {"\u2060"}


@hostile
def test_an_issue_keeps_its_elements_and_gets_no_other(text: str) -> None:
    for told, plain in zip(issue(text or "-"), issue(PLAIN), strict=True):
        assert told.shape == plain.shape


@hostile
def test_github_finds_nothing_in_an_issue_s_text(text: str) -> None:
    for told in issue(text or "-"):
        assert told.found == set()
        assert not unseen(told.text) - {"\u2060"}


@hostile
def test_a_diagram_keeps_its_rows(text: str) -> None:
    (diagram,) = page(Verdict.CODE, text).diagrams
    rows = diagram.splitlines()[4:]
    assert len(rows) == 2
    assert all(
        re.fullmatch(r"  [0-9.]+ s [^:;#%{}<>\"`\\|\[\]]* :milestone, [0-9]+, 0ms", one) for one in rows
    )


@hostile
@verdicts
def test_an_annotation_is_one_command_of_ours(verdict: Verdict, text: str) -> None:
    told = annotations(saying(verdict, text))
    obeyed = runner.commands("\n".join(told))
    assert len(obeyed) == len(told) == len(annotations(saying(verdict, PLAIN)))
    for one in obeyed:
        assert one.name in ("error", "warning")
        assert one.properties.keys() <= {"file", "line", "title"}
        assert one.properties.get("file", "app.py") in ("app.py", text, f"{text}.py")
        assert one.properties["title"].startswith("freshboot:")
        assert not unseen(one.data + one.properties["title"])
        assert "\n" not in one.data


@hostile
def test_lines_of_a_log_stay_lines(text: str) -> None:
    told = text_for_runner(f"before\n{text}\nafter\n")
    assert runner.commands(told) == []
    assert not unseen(told) - {"\t"}
    assert told.count("\n") == text.count("\n") + 3


@hostile
def test_an_output_stays_one_output(text: str, tmp_path: Path) -> None:
    set_outputs({"stamp": text, "verdict": "stale"}, {"GITHUB_OUTPUT": str(tmp_path / "output")})
    first, value, end, *others = (tmp_path / "output").read_bytes().split(b"\n")
    assert first == b"stamp<<" + end
    assert not unseen(value.decode())
    assert others[1:] == [b"stale", end, b""]


@hostile
@pytest.mark.parametrize("verdict", Verdict)
def test_a_badge_is_short_and_plain(verdict: Verdict, text: str) -> None:
    told = shield(saying(verdict, text), text)
    assert len(told["message"]) <= 60
    assert len(told["label"]) <= 60
    assert not unseen(told["message"] + told["label"])
