"""What a person reads."""

from __future__ import annotations

import io

import pytest

from freshboot.errors import FreshbootError
from freshboot.judge.outcome import Outcome
from freshboot.tell.terminal import Terminal
from tests.tell.outcomes import down, proven, stale


def told(outcome: Outcome) -> str:
    file = io.StringIO()
    Terminal(file).verdict(outcome)
    return file.getvalue()


def test_says_the_verdict_first() -> None:
    assert told(proven()).startswith("proven  commit aaaaaaa\n")


def test_names_the_stale_file_and_its_commit() -> None:
    words = told(stale())
    assert words.startswith("stale (stale-file)  commit aaaaaaa\n")
    assert "calc.py" in words
    assert "bbbbbbb" in words


def test_says_what_to_do_next() -> None:
    assert "→" in told(stale())


def test_markup_in_a_file_s_name_is_only_text() -> None:
    assert "[red]x[/red].py" in told(stale("[red]x[/red].py"))


def test_escape_sequences_from_the_app_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in told(down("\x1b[31mred"))


def test_an_error_is_told_with_its_remedy() -> None:
    file = io.StringIO()
    Terminal(file).error(FreshbootError("it is wrong", "mend it"))
    assert file.getvalue() == "error: it is wrong\n   do: mend it\n"


def test_a_log_gets_no_colour_though_the_environment_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in told(stale())


def test_a_log_gets_names_of_files_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    path = "a/long/folder/" * 12 + "calc.py"
    assert told(stale(path)).count(f"{path} ") == 2
