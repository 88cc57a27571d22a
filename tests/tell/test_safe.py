"""Text from a hostile app made harmless."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from freshboot.tell.safe import command_message, line, markdown, text_for_runner


@given(st.text())
def test_a_line_holds_no_control_or_format_character(text: str) -> None:
    assert not {unicodedata.category(one) for one in line(text)} & {"Cc", "Cf", "Zl", "Zp"}


@given(st.text(min_size=1), st.integers(1, 50))
def test_a_line_is_never_longer_than_asked(text: str, longest: int) -> None:
    assert len(line(text, longest)) <= longest


def test_plain_words_stay_as_they_are() -> None:
    assert line("café £23,399,235 – 日本") == "café £23,399,235 – 日本"


def test_escape_sequences_of_a_terminal_are_disarmed() -> None:
    assert "\x1b" not in line("\x1b]0;title\x07\x1b[2J")


@given(st.text())
def test_markdown_keeps_no_character_with_a_meaning(text: str) -> None:
    escaped = markdown(text).replace("<span>&#36;</span>", "")  # GitHub's own way to write a dollar
    assert not set("`*_<>[]()|~@\\!") & set(escaped)


@given(st.text(alphabet="#[ x"))
def test_no_line_holds_the_old_kind_of_workflow_command(text: str) -> None:
    assert "##[" not in line(text)


@given(st.text(alphabet=":# \t\r\n[]warning%"))
def test_no_line_becomes_a_workflow_command(text: str) -> None:
    told = command_message(text)
    assert not told.lstrip().startswith("::")
    assert "##[" not in told
    assert "\n" not in told
    assert "\r" not in told


@given(st.text(alphabet=":# \u200be"))
@example(":::error::x")
def test_no_word_of_a_line_is_a_workflow_command(text: str) -> None:
    """A table may break a line before any word."""
    assert not any(word.startswith("::") for word in line(text).split())


def test_a_path_with_colons_stays_as_it_is() -> None:
    assert line("test_app.py::test_one at 10:30") == "test_app.py::test_one at 10:30"


@given(st.text(alphabet=":#[ \r\n\x1b\u202ea"))
def test_text_for_the_runner_keeps_its_lines_and_holds_no_command(text: str) -> None:
    told = text_for_runner(text)
    assert told.count("\n") == text.count("\n")
    assert not any(one.lstrip().startswith("::") for one in told.splitlines())
    assert "##[" not in told
    assert not set("\r\x1b\u202e") & set(told)
