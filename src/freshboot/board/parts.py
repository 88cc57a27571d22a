"""The parts that the board's HTML is made of.

It is made of :mod:`freshboot.tell.report.markup`: whoever may push may write into a ledger, and a text
becomes part of a page as that text only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files

from freshboot.board.rollouts import Place
from freshboot.colours import COLOURS, PLAIN
from freshboot.judge.verdict import Verdict
from freshboot.judge.words import short
from freshboot.ledger.words import duration
from freshboot.tell.report.addresses import is_address
from freshboot.tell.report.html_parts import GAP, NOTHING, TONES
from freshboot.tell.report.markup import NONE, Html, element, join, text
from freshboot.tell.report.words import when
from freshboot.tell.safe import line

SIGNS = {"ok": "✓", "bad": "✕", "doubt": "?", "none": "–"}
_LONGEST_PLACE = 160


@cache
def style() -> Html:
    """The style sheet, with a class for each colour that a badge has."""
    sheet = files(__package__).joinpath("style.css").read_text("utf-8")
    colours = {**COLOURS, "plain": PLAIN}
    backs = "".join(f".fb-back-{name}{{background:{value}}}" for name, value in colours.items())
    return element("style", Html(sheet + backs))


def title(words: str, more: str = "") -> Html:
    """A page's heading, with a sentence below."""
    return element("div", element("h1", words), _paragraph(more), class_="fb-title")


def heading(words: str, more: str = "") -> Html:
    """A section's heading, with a sentence below."""
    return element("div", element("h2", words), _paragraph(more), class_="fb-heading")


def note(words: str, tone: str = "none") -> Html:
    """Something to be told in the place of what would be shown."""
    return element("p", words, class_=f"fb-note fb-tone-{tone}", role="status")


def quiet(words: str) -> Html:
    """Something told beside the point."""
    return element("p", words, class_="fb-soft")


def foot(words: Sequence[str]) -> Html:
    """What the board is told from."""
    return element("footer", Html(" · ").join(words), class_="fb-foot")


def pill(verdict: Verdict | None) -> Html:
    """A verdict in its colour, with its sign."""
    return pill_of(verdict.value if verdict else "no end on record", TONES[verdict] if verdict else "none")


def pill_of(words: str, tone: str) -> Html:
    """Words in the colour of a tone, with its sign."""
    sign = element("span", SIGNS[tone], class_="fb-sign", aria_hidden="true")
    return element("span", sign, words, class_=f"fb-pill fb-{tone}")


def cause(name: str) -> Html:
    """The name of a cause; empty without one."""
    return element("span", name, class_="fb-cause") if name else NONE


def coloured(words: str, colour: str) -> Html:
    """Words in the colour of a stamp's badge."""
    known = colour if colour in COLOURS else "plain"
    return element("span", words, class_=f"fb-badge fb-back-{known}") if words else NONE


def link(address: str, shown: Html) -> Html:
    """A link that leaves the board, where the address is one; else what it would show."""
    if not is_address(address):
        return shown
    return element("a", shown, href=address, target="_blank", rel="noopener noreferrer")


def commit(address: str, commit_id: str) -> Html:
    """A commit, as a link where the address in front of its id is known."""
    if not commit_id:
        return text(NOTHING)
    return link(f"{address}{commit_id}" if address else "", element("code", short(commit_id)))


def time(at: datetime, clock: datetime | None = None) -> Html:
    """A time, and how long ago it was by a clock; only the time without one, or where it is yet to come."""
    shown = element("time", when(at), datetime=f"{at:%Y-%m-%dT%H:%M:%SZ}")
    seconds = (clock - at).total_seconds() if clock else -1.0
    if seconds < 0:
        return shown
    return join(shown, GAP, element("span", f"· {duration(seconds)} ago", class_="fb-soft"))


def place_words(one: Place) -> str:
    """An app and its branch, for a list to choose from."""
    app = one.app.partition("://")[2] or "no address"
    return line(f"{app}, branch {one.branch or 'not known'}", _LONGEST_PLACE)


def _paragraph(words: str) -> Html:
    return element("p", words) if words else NONE
