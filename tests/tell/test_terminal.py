"""What a person reads."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import termios

import pytest

from freshboot.errors import FreshbootError
from freshboot.judge.outcome import Outcome
from freshboot.tell.terminal import Loudness, Terminal, columns_of
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


@pytest.fixture(autouse=True)
def _no_wishes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)


def test_a_log_gets_no_colour() -> None:
    assert "\x1b" not in told(stale())


def test_a_log_gets_colour_where_the_environment_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31mstale" in told(stale())


def test_who_wants_no_colour_gets_none_whatever_else_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in told(stale())


def test_an_empty_wish_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "")
    assert "\x1b" not in told(stale())


def test_every_error_is_told_with_its_remedy() -> None:
    error = FreshbootError("one is wrong", "mend it")
    error.others = (FreshbootError("another is", "mend that"),)
    file = io.StringIO()
    Terminal(file).error(error)
    assert file.getvalue() == "error: one is wrong\n   do: mend it\nerror: another is\n   do: mend that\n"


def test_quiet_tells_errors_answers_and_verdicts_only() -> None:
    file = io.StringIO()
    terminal = Terminal(file, Loudness.QUIET)
    terminal.say("this happens")
    terminal.event(1.0, "this, too")
    terminal.warn("perhaps")
    terminal.detail("a question")
    terminal.answer("yes")
    terminal.error(FreshbootError("it is wrong", ""))
    terminal.verdict(proven())
    assert file.getvalue().startswith("yes\nerror: it is wrong\nproven  commit")


def test_only_verbose_tells_details() -> None:
    quiet, loud = io.StringIO(), io.StringIO()
    Terminal(quiet).detail("GET /: 200")
    Terminal(loud, Loudness.VERBOSE).detail("GET /: 200")
    assert (quiet.getvalue(), loud.getvalue()) == ("", "    · GET /: 200\n")


def test_a_log_is_told_nothing_of_what_is_awaited() -> None:
    file = io.StringIO()
    Terminal(file).awaiting("the host to pull 3f2a9c1", 60)
    assert file.getvalue() == ""


def test_a_log_gets_names_of_files_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    path = "a/long/folder/" * 12 + "calc.py"
    assert told(stale(path)).count(f"{path} ") == 2


@pytest.mark.parametrize(("told", "meant"), [(0, 80), (1, 20), (50, 50), (200, 200)])
def test_a_console_without_a_size_has_the_usual_width(told: int, meant: int) -> None:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, told, 0, 0))
    with os.fdopen(master), os.fdopen(slave, "w") as file:
        assert columns_of(file) == meant
