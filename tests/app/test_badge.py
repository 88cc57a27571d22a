"""The badge can be read, and shows nothing but the stamp."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from freshboot.app.badge import as_html
from freshboot.colours import COLOURS, PLAIN
from freshboot.stamp.stamp import COLOURS as STAMPED


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", [*COLOURS.values(), PLAIN])
def test_white_text_is_readable_on_every_colour(colour: str) -> None:
    assert (1.0 + 0.05) / (luminance(colour) + 0.05) >= 4.5


def test_no_two_words_look_the_same() -> None:
    assert len({*COLOURS.values(), PLAIN}) == len(COLOURS) + 1


def test_knows_every_colour_that_a_stamp_can_have() -> None:
    assert set(STAMPED) <= COLOURS.keys()


def test_shows_version_time_and_source() -> None:
    shown = as_html("1.0.3+20261121T204300Z.g1a2b3c4.teal")
    assert ">1.0.3 · 2026-11-21 20:43 UTC · 1a2b3c4<" in shown
    assert COLOURS["teal"] in shown


def test_shows_a_bare_version() -> None:
    assert ">1.0.3<" in as_html("1.0.3")


def test_shows_that_there_is_no_stamp() -> None:
    assert ">unstamped<" in as_html(None)


def test_a_colour_of_a_later_freshboot_is_plain() -> None:
    assert PLAIN in as_html("1.0.3+20261121T204300Z.g1a2b3c4.octarine")


@pytest.mark.parametrize("text", ["<b>", "1+20269999T999999Z.g1a2b3c4.teal", '"><script>'])
def test_what_is_no_stamp_is_escaped(text: str) -> None:
    assert as_html(text).count("<") == 4
    assert as_html(None, text).count("<") == 4
    assert as_html(text).count('"') == as_html(None).count('"')


def test_shows_the_reason_behind_the_rest() -> None:
    assert "· 1a2b3c4 · after the outage<" in as_html(
        "1.0.3+20261121T204300Z.g1a2b3c4.teal", "after the outage"
    )


def test_markdown_leaves_it_alone_from_its_first_character_to_its_last() -> None:
    """An HTML block of CommonMark begins at a line with such an element, and ends at a blank line."""
    reason = "**bold** [link](https://x.org) `code` $x$ :red[x] ![](https://x.org/y.png) <https://x.org>"
    tokens = MarkdownIt().parse(as_html("1.0", reason))
    assert [one.type for one in tokens] == ["html_block"]
    assert "\n" not in as_html("1.0", reason)
