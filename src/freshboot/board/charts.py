"""Charts of the board, as Vega-Lite has them; each tells itself in words as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from freshboot.board.figures import Wait
from freshboot.judge.words import short
from freshboot.ledger.words import duration
from freshboot.tell.report.words import counted, when

_INK = {"light": "#4d5563", "dark": "#a8b1c1"}
_GRID = {"light": "#e5e8ee", "dark": "#262d3a"}
_POINT = {"light": "#3f5bd8", "dark": "#8ea6ff"}
_LINE = {"light": "#9a3412", "dark": "#fdba74"}
_HEIGHT = 240
_MOST = 1_000
_TICKS = (1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400, 604_800)


def time_to_live(waits: Sequence[Wait], theme: str) -> dict[str, Any]:
    """Each release's time to live, and the middle of the latest ones; hours do not hide seconds."""
    shown = waits[-_MOST:]
    ink, lines = _INK[theme], _GRID[theme]
    x = {"field": "at", "type": "temporal", "title": None, "axis": _DAYS}
    scale = {"type": "log", "domain": _domain(shown), "nice": False}
    axis = {"values": _ticks(shown), "labelExpr": _LABELS}
    y = {"type": "quantitative", "title": None, "scale": scale, "axis": axis}
    points = {"type": "circle", "size": 46, "opacity": 0.75, "color": _POINT[theme]}
    line = {"type": "line", "color": _LINE[theme], "strokeWidth": 2}
    return {
        "height": _HEIGHT,
        "description": words_of(waits),
        "data": {"values": [_row(one) for one in shown]},
        "layer": [
            {"mark": points, "encoding": {"x": x, "y": {**y, "field": "seconds"}, "tooltip": _TOOLTIP}},
            {"mark": line, "encoding": {"x": x, "y": {**y, "field": "middle"}}},
        ],
        "config": {
            "axis": {"labelColor": ink, "gridColor": lines, "domainColor": lines, "tickColor": lines},
            "view": {"strokeWidth": 0},
        },
    }


def words_of(waits: Sequence[Wait]) -> str:
    """The chart in words."""
    if not waits:
        return "No time to live was measured yet."
    if len(waits) == 1:
        return f"One release was measured: live {duration(waits[0].seconds)} after its push."
    seconds = [one.seconds for one in waits]
    return (
        f"Time to live of {counted(len(waits), 'release')},"
        f" from {when(waits[0].at)} to {when(waits[-1].at)}: "
        f"the shortest {duration(min(seconds))}, the longest {duration(max(seconds))}; "
        f"lately {duration(waits[-1].middle)} in the middle."
    )


_DAYS = {"format": "%d %b", "labelOverlap": True, "tickCount": 6}
_TOOLTIP = [
    {"field": name, "type": "nominal", "title": words}
    for name, words in (("commit", "commit"), ("when", "pushed"), ("words", "live after"))
]
_LABELS = (
    "datum.value < 60 ? datum.value + ' s' : datum.value < 3600 ? datum.value / 60 + ' min' : "
    "datum.value < 86400 ? datum.value / 3600 + ' h' : datum.value / 86400 + ' d'"
)


def _row(one: Wait) -> dict[str, Any]:
    return {
        "at": f"{one.at:%Y-%m-%dT%H:%M:%SZ}",
        "when": when(one.at),
        "commit": short(one.commit),
        "seconds": max(one.seconds, 1.0),
        "middle": max(one.middle, 1.0),
        "words": duration(one.seconds),
    }


def _ticks(waits: Sequence[Wait]) -> list[int]:
    low, high = _domain(waits)
    return [one for one in _TICKS if low <= one <= high]


def _domain(waits: Sequence[Wait]) -> list[float]:
    """The seconds that the scale reaches from and to, out of the ticks around what is shown."""
    seconds = [max(one.seconds, 1.0) for one in waits] or [1.0]
    low = max((one for one in _TICKS if one <= min(seconds)), default=_TICKS[0])
    high = min((one for one in _TICKS if one >= max(seconds) and one > low), default=max(seconds))
    return [float(low), float(high)]
