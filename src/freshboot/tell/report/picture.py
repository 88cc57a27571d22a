"""The selective deployment table as a picture: a lane for each file, a stop for each push, in inline SVG.

Each state has a shape of its own, so that nobody needs the colours. Those stand in the page's style sheet.
"""

from __future__ import annotations

from freshboot.colours import COLOURS
from freshboot.judge.words import short
from freshboot.tell.report.grid import Cell, Column, Grid, Row, State
from freshboot.tell.report.markup import Html, element, join

_WIDE, _NARROW, _FEW = 88, 68, 4
_MARGIN, _HEAD, _LANE, _NOTE = 8, 66, 58, 14
_LEGEND = 30
_LEAST_WIDTH = 356
_CHARACTER = 7.3
"""The width of a character of a file's name."""

_WORDS = {
    State.DEPLOYED: "deployed",
    State.OLD: "not deployed",
    State.SAME: "live, unchanged by the push",
    State.UNKNOWN: "not known",
}


def picture(told: Grid) -> Html:
    """The picture; empty where there is nothing to show."""
    if not told.rows or not told.columns:
        return Html("")
    step = _WIDE if len(told.columns) <= _FEW else _NARROW
    width = max(2 * _MARGIN + step * len(told.columns), _LEAST_WIDTH)
    tops = _tops(told)
    height = tops[-1] + 2 * _LEGEND + 6
    heads = [_head(one, _x(at, step)) for at, one in enumerate(told.columns)]
    lanes = [_lane(one, told, top, step, width) for one, top in zip(told.rows, tops, strict=False)]
    return element(
        "svg",
        element("title", "Which file was live after which push", id="picture-title"),
        element("desc", description(told), id="picture-description"),
        *heads,
        *lanes,
        _legend(tops[-1] + 18),
        class_="lanes",
        role="img",
        aria_labelledby="picture-title picture-description",
        viewBox=f"0 0 {width} {height}",
        width=str(width),
        height=str(height),
    )


def description(told: Grid) -> str:
    """The picture in a sentence for each file."""
    return " ".join(f"{row.path}: {'; '.join(_stops(row, told))}." for row in told.rows)


def _stops(row: Row, told: Grid) -> list[str]:
    return [
        f"after push {column.number} {_WORDS[cell.state]}" + (f" ({cell.words})" if cell.words else "")
        for column, cell in zip(told.columns, row.cells, strict=True)
    ]


def _tops(told: Grid) -> list[int]:
    """Where each lane begins, and where the last one ends; a lane with notes is higher."""
    tops = [_HEAD]
    for row in told.rows:
        tops.append(tops[-1] + _LANE + (_NOTE if any(_note(one) for one in row.cells) else 0))
    return tops


def _x(at: int, step: int) -> int:
    return _MARGIN + step * at + step // 2


def _head(column: Column, x: int) -> Html:
    """The number of the attempt, its commit, and the colour of its badge, in words as well."""
    parts = [
        element("text", f"#{column.number}", x=str(x), y="15", class_="number"),
        element("text", short(column.commit) or "–", x=str(x), y="33", class_="commit"),
    ]
    if column.colour:
        known = column.colour if column.colour in COLOURS else "plain"
        box = element(
            "rect", x=str(x - 29), y="41", width="58", height="17", rx="8.5", class_=f"fill-{known}"
        )
        parts += [box, element("text", column.colour, x=str(x), y="53.5", class_="colour")]
    return element("g", *parts)


def _lane(row: Row, told: Grid, top: int, step: int, width: int) -> Html:
    first, last = _x(0, step), _x(len(told.columns) - 1, step)
    y = top + 38
    name = element(
        "text",
        _cut(row.path, int((width - 2 * _MARGIN) / _CHARACTER)),
        x="10",
        y=str(top + 16),
        class_="file",
    )
    rail = element("line", x1=str(first), x2=str(last), y1=str(y), y2=str(y), class_="rail")
    stops = [
        _stop(cell, f"{row.path} after push {column.number}", _x(at, step), y)
        for at, (column, cell) in enumerate(zip(told.columns, row.cells, strict=True))
    ]
    border = element("line", x1="0", x2=str(width), y1=str(top), y2=str(top), class_="border")
    return element("g", border, name, rail, *stops)


def _stop(cell: Cell, what: str, x: int, y: int) -> Html:
    words = f"{what}: {_WORDS[cell.state]}" + (f" ({cell.words})" if cell.words else "")
    note = _note(cell)
    return element(
        "g",
        element("title", words),
        _shape(cell.state, x, y),
        element("text", note, x=str(x), y=str(y + 24), class_="note") if note else Html(""),
    )


def _note(cell: Cell) -> str:
    """The commit that an old file is from, or what else it is."""
    if cell.state is not State.OLD:
        return ""
    return cell.words.partition(",")[0].removeprefix("from ")[:9]


def _shape(state: State, x: int, y: int) -> Html:
    match state:
        case State.DEPLOYED:
            tick = f"M{x - 5} {y + 0.5}l3.5 3.5l6.5 -7.5"
            return join(_circle(x, y, "10", "stop ok"), element("path", d=tick, class_="sign"))
        case State.OLD:
            box = element(
                "rect", x=str(x - 10), y=str(y - 10), width="20", height="20", rx="3", class_="stop bad"
            )
            return join(box, element("path", d=f"M{x - 4.5} {y - 4.5}l9 9m0 -9l-9 9", class_="sign"))
        case State.SAME:
            return _circle(x, y, "5.5", "stop same")
        case State.UNKNOWN:
            diamond = element("path", d=f"M{x} {y - 12}l12 12l-12 12l-12 -12z", class_="stop doubt")
            return join(diamond, element("text", "?", x=str(x), y=str(y + 4.5), class_="question"))


def _circle(x: int, y: int, r: str, class_: str) -> Html:
    return element("circle", cx=str(x), cy=str(y), r=r, class_=class_)


def _legend(top: int) -> Html:
    """Two in a row, so that it fits on a phone."""
    parts = []
    for at, (state, words) in enumerate(_WORDS.items()):
        x, y = 20 + (at % 2) * 215, top + (at // 2) * 27
        parts += [_shape(state, x, y), element("text", words, x=str(x + 18), y=str(y + 4), class_="legend")]
    return element("g", *parts)


def _cut(path: str, most: int) -> str:
    """A name cut in its middle: its end tells the file."""
    if len(path) <= most:
        return path
    end = most * 2 // 3
    return f"{path[: most - end - 1]}…{path[-end:]}"
