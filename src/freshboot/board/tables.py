"""The lists of the board: a rollout's row, the picture commit × file, and the causes."""

from __future__ import annotations

from collections.abc import Sequence

from freshboot.board.figures import Met
from freshboot.board.parts import SIGNS, cause, coloured, commit, pill
from freshboot.board.rollouts import Row
from freshboot.ledger.words import duration
from freshboot.tell.report.grid import Cell, Column, Grid, State
from freshboot.tell.report.grid import Row as Lane
from freshboot.tell.report.html_parts import TONES
from freshboot.tell.report.markup import NONE, Html, element, join
from freshboot.tell.report.words import counted, when

_STATES = {
    State.DEPLOYED: ("ok", "deployed"),
    State.OLD: ("bad", "not deployed"),
    State.SAME: ("same", "live, unchanged by the push"),
    State.UNKNOWN: ("doubt", "not known"),
}
_LONGEST_PATH = 44


def row(one: Row, commits: str) -> Html:
    """A rollout in the timeline."""
    tone = TONES[one.verdict] if one.verdict else "none"
    version = coloured(one.version, one.badge.colour if one.badge else "")
    head = (pill(one.verdict), cause(one.cause), commit(commits, one.commit), version)
    return element(
        "div",
        element("div", *head, class_="fb-row-head"),
        element("p", Html(" · ").join(_details(one)), class_="fb-soft"),
        element("p", f"“{one.reason}”", class_="fb-reason") if one.reason else NONE,
        class_=f"fb-row fb-tone-{tone}",
    )


def _details(one: Row) -> list[str]:
    told = (
        when(one.at),
        f"live after {duration(one.time_to_live)}" if one.time_to_live is not None else "",
        counted(one.attempts, "attempt") if one.attempts > 1 else "",
        f"by {' and '.join(one.remedies)}" if one.remedies else "",
        one.trigger,
    )
    return list(filter(None, told))


def picture(told: Grid, commits: str) -> Html:
    """Which file was live after which attempt: a table with a sign, and its words, in each cell."""
    heads = (_head(one, commits) for one in told.columns)
    table = element(
        "table",
        element("caption", "Which file was live after which attempt", class_="fb-unseen"),
        element("thead", element("tr", element("th", "File", scope="col"), *heads)),
        element("tbody", *map(_lane, told.rows)),
        class_="fb-picture",
    )
    more = element("p", f"… and {counted(told.more, 'more file')}", class_="fb-soft") if told.more else NONE
    return join(_scrolling(table, "Files and attempts"), more, _legend())


def causes(told: Sequence[Met], releases: int) -> Html:
    """What went wrong, and in how many releases, with a bar for each."""
    most = max((one.releases for one in told), default=1)
    rows = (
        element(
            "tr",
            element(
                "th", element("code", one.cause), element("span", one.name, class_="fb-soft"), scope="row"
            ),
            _bar(one.releases / most),
            element("td", str(one.releases), class_="fb-count"),
        )
        for one in told
    )
    heads = (element("th", "Cause", scope="col"), element("td"), element("th", "Releases", scope="col"))
    table = element(
        "table",
        element("caption", f"Causes, of {counted(releases, 'release')}", class_="fb-unseen"),
        element("thead", element("tr", *heads)),
        element("tbody", *rows),
        class_="fb-causes",
    )
    return _scrolling(table, "Causes")


def _head(one: Column, commits: str) -> Html:
    number = element("span", f"#{one.number}", class_="fb-soft")
    return element("th", number, commit(commits, one.commit), coloured(one.colour, one.colour), scope="col")


def _lane(one: Lane) -> Html:
    name = element("th", element("code", _cut(one.path)), scope="row", title=one.path)
    return element("tr", name, *map(_cell, one.cells))


def _cell(one: Cell) -> Html:
    tone, words = _STATES[one.state]
    told = words + (f" ({one.words})" if one.words else "")
    origin = one.words.partition(",")[0].removeprefix("from ") if one.state is State.OLD else ""
    beside = element("span", origin, class_="fb-from", aria_hidden="true") if origin else NONE
    return element("td", _stop(tone), element("span", told, class_="fb-unseen"), beside, title=told)


def _stop(tone: str) -> Html:
    return element("span", SIGNS.get(tone, ""), class_=f"fb-stop fb-{tone}", aria_hidden="true")


def _legend() -> Html:
    items = (element("li", _stop(tone), words) for tone, words in _STATES.values())
    return element("ul", *items, class_="fb-legend")


def _bar(share: float) -> Html:
    """Its number stands beside it."""
    bar = element("span", class_="fb-bar", style=f"width:{share:.1%}")
    return element("td", bar, class_="fb-bars", aria_hidden="true")


def _scrolling(table: Html, name: str) -> Html:
    """A table that may be wider than the page, and can be scrolled by keys."""
    return element("div", table, class_="fb-scroll", tabindex="0", role="region", aria_label=name)


def _cut(path: str) -> str:
    """A name cut at its start: its end tells the file."""
    return path if len(path) <= _LONGEST_PATH else f"…{path[1 - _LONGEST_PATH :]}"
