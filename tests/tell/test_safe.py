"""Text from a hostile app made harmless."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st

from freshboot.tell.safe import (
    command_message,
    command_property,
    line,
    markdown,
    mermaid,
    text_for_runner,
)
from tests.tell import gfm, runner

SIGNS = "\\`*_{}[]()<>#+-.!|~&@$:=^'\"/ \t\n1a"
PLACES = ("{}", "words\n{}", "- {}", "1. {}", "**x**: {}", "| {} | x |\n| --- | --- |\n| {} | {} |", "> {}")


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


@settings(deadline=None)
@given(st.text(alphabet=SIGNS, max_size=30), st.sampled_from(PLACES))
def test_markdown_is_text_wherever_it_stands(text: str, place: str) -> None:
    told = markdown(text)
    page = gfm.read(place.replace("{}", told))
    assert page.shape == gfm.read(place.replace("{}", "words" if told else "")).shape
    assert page.found == set()


@given(st.text(alphabet=SIGNS, max_size=30))
def test_markdown_shows_a_reader_the_very_text(text: str) -> None:
    shown = gfm.read(markdown(text).replace("<span>&#36;</span>", "&#36;")).text
    assert shown.replace("\u2060", "") == line(text)


def test_markdown_leaves_plain_words_readable_in_the_source() -> None:
    plain = "pages/report.py is from commit 1a2b3c4 of 2026-11-21 20:43 UTC; 12.5 % - café, --no-wake"
    assert markdown(plain) == plain


def test_dollars_make_no_formula() -> None:
    assert markdown("$1 or $2") == "<span>&#36;</span>1 or <span>&#36;</span>2"


@given(st.text(), st.integers(2, 60))
def test_words_of_a_diagram_hold_no_sign_of_its_language(text: str, longest: int) -> None:
    told = mermaid(text, longest)
    assert not set(told) & set('#;:%{}[]<>"`|\\=&@$~*_\n\r-')
    assert len(told) <= longest


def test_words_of_a_diagram_may_be_of_any_language() -> None:
    assert mermaid("हिन्दी, 日本語 and café (£23)") == "हिन्दी, 日本語 and café (£23)"


@given(st.text(alphabet="%,:=\r\n0A2C5Ex ;"))
def test_a_property_arrives_as_it_was_and_alone(text: str) -> None:
    (told,) = runner.commands(f"::error title={command_property('x' + text)}::data")
    assert told.properties == {"title": line("x" + text)}
    assert told.data == "data"


@given(st.text(alphabet="%:0A2C5Ex \r\n#["))
def test_a_message_arrives_as_it_was(text: str) -> None:
    (told,) = runner.commands(f"::error title=x::{command_message(text)}")
    assert told.data == line(text)


def test_a_heap_of_marks_is_cut_and_accents_are_not() -> None:
    assert line("e\u0301" * 3 + "a" + "\u0301" * 50) == "e\u0301" * 3 + "a" + "\u0301" * 4
