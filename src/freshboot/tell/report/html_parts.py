"""The parts that the sections of an HTML report are made of: tables, pills, icons, badges, links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from freshboot.colours import COLOURS
from freshboot.judge.verdict import Verdict
from freshboot.judge.words import short
from freshboot.tell.report.addresses import is_address
from freshboot.tell.report.badge import Badge
from freshboot.tell.report.markup import NONE, Html, element, join, text

_Item = TypeVar("_Item")

NOTHING = "–"
GAP = Html(" ")
_MOST_ROWS = 200
TONES = {
    Verdict.PROVEN: "ok",
    Verdict.SUPERSEDED: "ok",
    Verdict.STALE: "bad",
    Verdict.CODE: "bad",
    Verdict.SEEN: "doubt",
    Verdict.UNPROVEN: "doubt",
}
_ICONS = {
    "ok": ('<circle cx="12" cy="12" r="11" fill="currentColor"/>', "M7 12.5l3.4 3.5L17 8.5"),
    "bad": (
        '<rect x="1.5" y="1.5" width="21" height="21" rx="4" fill="currentColor"/>',
        "M7.5 7.5l9 9m0-9l-9 9",
    ),
    "doubt": ('<path d="M12 .8L23.2 12 12 23.2.8 12z" fill="currentColor"/>', "M12 6.5v6.5m0 4v.1"),
    "none": (
        '<circle cx="12" cy="12" r="9.5" fill="none" stroke="currentColor" stroke-width="2.5"/>',
        "M0 0",
    ),
}


def bullets(items: Sequence[str], tag: str = "ul") -> Html:
    """A list; empty without items."""
    return element(tag, *(element("li", one) for one in items)) if items else NONE


def table(
    names: Sequence[str],
    items: Sequence[_Item],
    cells: Callable[[_Item], Iterable[str]],
    more: int = 0,
    kind: str = "",
) -> Html:
    """A table, empty without items; on a phone a row of more than two cells stands as a block."""
    if not items:
        return NONE
    is_wide = not kind and len(names) > 2
    heads = [element("th", one, scope="col", role="columnheader" if is_wide else "") for one in names]
    rows = [_row(names, [*cells(one)], is_wide) for one in items[:_MOST_ROWS]]
    group, line = ("rowgroup", "row") if is_wide else ("", "")
    made = element(
        "table",
        element("thead", element("tr", *heads, role=line), role=group),
        element("tbody", *rows, role=group),
        class_="stack" if is_wide else kind,
        role="table" if is_wide else "",  # what is shown as blocks would be no table to a screen reader
    )
    rest = len(items) - len(rows) + more
    last = element("p", f"… and {rest} more", class_="more") if rest else NONE
    return join(element("div", made, class_="scroll"), last)


def _row(names: Sequence[str], cells: Sequence[str], is_wide: bool) -> Html:
    if not is_wide:
        return element("tr", *(element("td", one) for one in cells))
    labelled = zip(names, cells, strict=True)
    told = [element("td", cell, data_label=_bare(name), role="cell") for name, cell in labelled]
    return element("tr", *told, role="row")


def _bare(name: str) -> Html:
    """A heading as the value of an attribute, without the elements in it."""
    return Html(re.sub("<[^>]*>", "", name)) if isinstance(name, Html) else text(name)


def pill(words: str, tone: str) -> Html:
    """A verdict in its colour, with its shape."""
    return element("span", icon(tone), words, class_=f"pill {tone}")


def state(words: str, tone: str) -> Html:
    """A state in its colour, with its shape."""
    return element("span", icon(tone), GAP, words, class_=f"state {tone}")


def words(words: str, tone: str) -> Html:
    """A state in its colour alone."""
    return element("span", words, class_=f"state {tone}")


def quiet(words: str) -> Html:
    """What is told beside the point, on a line of its own; empty without words."""
    return element("div", words, class_="quiet") if words else NONE


def icon(tone: str, kind: str = "") -> Html:
    """A shape of its own for each state; the words beside it say the same."""
    shape, sign = _ICONS[tone]
    return element(
        "svg",
        Html(shape),
        element("path", d=sign, class_="sign"),
        class_=f"icon {kind} {tone}",
        viewBox="0 0 24 24",
        aria_hidden="true",
    )


def badge(one: Badge | None) -> Html:
    """The badge as the app shows it."""
    if one is None:
        return NONE
    return element("span", one.text, class_=f"badge back-{one.colour if one.colour in COLOURS else 'plain'}")


def commit_of(commits: str, commit: str) -> Html:
    """A commit, as a link where its address is known."""
    if not commit:
        return text(NOTHING)
    return link_to(f"{commits}{commit}" if commits else "", "", element("code", short(commit)))


def link_to(address: str, words: str, shown: Html | None = None) -> Html:
    """A link where the address is one; else what it would show."""
    shown = text(words) if shown is None else shown
    if not is_address(address):
        return shown
    return element("a", shown, href=address, rel="noopener noreferrer")
