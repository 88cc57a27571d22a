"""The selective deployment table: which push's file is live after which push, commit × file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from freshboot.judge.verdict import Verdict
from freshboot.judge.words import short
from freshboot.tell.report.badge import badge
from freshboot.tell.report.record import Result
from freshboot.tell.report.secrets import clean

MOST_FILES = 12
MOST_COLUMNS = 8
"""The latest attempts; earlier ones stand in the timeline."""


class State(str, Enum):
    """What was live of a file at the end of an attempt."""

    DEPLOYED = "deployed"
    OLD = "not deployed"
    SAME = "live, unchanged"
    UNKNOWN = "not known"


@dataclass(frozen=True)
class Cell:
    """One file after one attempt; ``words`` say where its bytes come from where they are old."""

    state: State
    words: str = ""


@dataclass(frozen=True)
class Column:
    """One attempt: its number in the report, its release, and the colour of its badge (empty without one)."""

    number: int
    commit: str
    colour: str


@dataclass(frozen=True)
class Row:
    """One file, with a cell for each column."""

    path: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Grid:
    """The table; ``more`` files and ``earlier`` attempts are not in it."""

    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    more: int = 0
    earlier: int = 0


@dataclass(frozen=True)
class Tried:
    """What the table takes of an attempt; ``changed`` are the paths that its release changes."""

    number: int
    commit: str
    stamp: str
    changed: tuple[str, ...]
    result: Result | None


def grid(attempts: Sequence[Tried]) -> Grid:
    """The table of the files that were pushed or are old, the old ones first."""
    shown = attempts[-MOST_COLUMNS:]
    paths = _paths(shown)
    rows = (Row(clean(path), tuple(_cell(path, one) for one in shown)) for path in paths[:MOST_FILES])
    return Grid(
        tuple(map(_column, shown)), tuple(rows), max(len(paths) - MOST_FILES, 0), len(attempts) - len(shown)
    )


def _column(one: Tried) -> Column:
    shown = badge(one.stamp)
    return Column(one.number, one.commit, shown.colour if shown else "")


def _paths(attempts: Sequence[Tried]) -> list[str]:
    old = Counter(
        path for one in attempts if one.result for path in {f.path for f in one.result.files if f.path}
    )
    pushed = Counter(path for one in attempts for path in set(one.changed))
    return sorted({*old, *pushed}, key=lambda path: (-old[path], -pushed[path], path))


def _cell(path: str, one: Tried) -> Cell:
    result = one.result
    if result is None:
        return Cell(State.UNKNOWN, "no answer is on record")
    found = [each for each in result.files if each.path == path]
    old = next((each for each in found if each.is_certain), None)
    if old is not None:
        from_commit = f"from {short(old.origin.commit)}" if old.origin else old.state.value
        return Cell(State.OLD, f"{from_commit}, in {old.layer.value}")
    if not result.holds(path):
        return Cell(State.UNKNOWN, found[0].state.value if found else "")
    if result.verdict is Verdict.SUPERSEDED:
        return Cell(State.SAME, "a later commit's")
    return Cell(State.DEPLOYED if path in one.changed else State.SAME)
