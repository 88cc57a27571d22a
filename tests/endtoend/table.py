"""The table: what freshboot says of each fault on each Streamlit, beside what the page really displays.

A cell is a row on one version. What it should be is written in the row by hand; what it is comes from the
command's JSON, and from visitors who see the app through code that imports nothing of freshboot.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.environments import VERSIONS, python_of
from tests.gitrepo import ISOLATION

NOTHING = "–"


@dataclass(frozen=True)
class Seen:
    """One cell's words.

    ``files`` are ``layer path state``, each path in the first layer where it is not fresh. ``commit`` is what
    they come from: ``old`` is the release before. ``page`` tells which parts are old of what a visitor sees.
    """

    verdict: str
    cause: str = NOTHING
    files: tuple[str, ...] = ()
    commit: str = NOTHING
    page: str = "all new"

    def differences(self, other: Seen) -> tuple[str, ...]:
        """The names of the columns that are not alike."""
        mine, theirs = asdict(self), asdict(other)
        return tuple(name for name in mine if mine[name] != theirs[name])


PROVEN = Seen("proven")


@dataclass(frozen=True)
class Cell:
    """A row on a version: what was expected and what was seen; ``problem`` where it could not be played."""

    row: str
    version: str
    expected: Seen
    seen: Seen | None = None
    seconds: float = 0.0
    problem: str = ""

    @property
    def wrong(self) -> tuple[str, ...]:
        """The columns that are not right."""
        return ("verdict",) if self.seen is None else self.expected.differences(self.seen)


def since(version: str, changes: Mapping[str, Any]) -> Any:
    """The value of the newest version in ``changes`` that is not newer than ``version``."""
    return next(changes[one] for one in reversed(VERSIONS[: VERSIONS.index(version) + 1]) if one in changes)


def always(value: Seen) -> dict[str, Seen]:
    """The same on every version."""
    return {VERSIONS[0]: value}


def page_of(texts: Sequence[str], new: int) -> str:
    """Which parts of a page are old: each of its texts ends with the number of its release."""
    if not texts:
        return "nothing"
    numbers = dict(_part_and_number(text) for text in texts)
    if not set(numbers.values()) <= {str(new), str(new - 1)}:
        return f"strange: {texts}"
    old = [part for part, number in numbers.items() if number != str(new)]
    return "all new" if not old else "all old" if len(old) == len(numbers) else f"{', '.join(old)} old"


def _part_and_number(text: str) -> tuple[str, str]:
    part, _, number = text.rpartition(" ")
    return part, number


def seen_of(facts: Mapping[str, Any], commits: Mapping[str, str], page: str) -> Seen:
    """A cell's words from the command's JSON; ``commits`` gives commits their names in the table."""
    found: dict[str | None, Mapping[str, Any]] = {}
    for one in facts["files"]:
        before = found.setdefault(one["path"], one)
        if before["state"] == "kept" and before["layer"] == one["layer"]:
            found[one["path"]] = one  # a thread that is about to end held it, too: that comes and goes
    files = {f"{one['layer']} {path or NOTHING} {one['state']}" for path, one in found.items()}
    files |= {f"packages {one['line'].partition('=')[0]} {one['state']}" for one in facts["requirements"]}
    named = {one["live_commit"] for one in found.values()} - {None}
    names = sorted(commits.get(one, one[:7]) for one in named)
    words = facts["verdict"], facts["cause"] or NOTHING, tuple(sorted(files)), "+".join(names) or NOTHING
    return Seen(*words, page)


def read_cells(text: str) -> list[Cell]:
    """The cells that ``write_cells`` wrote."""
    return [Cell(**{**one, **_seens(one)}) for one in json.loads(text)]


def write_cells(cells: Iterable[Cell]) -> str:
    """As JSON, from the process that played them to the one that tests them."""
    return json.dumps([asdict(one) for one in cells])


def _seens(cell: Mapping[str, Any]) -> dict[str, Seen]:
    told = {name: cell[name] for name in ("expected", "seen") if cell[name]}
    return {name: Seen(**{**values, "files": tuple(values["files"])}) for name, values in told.items()}


def lines(cells: Iterable[Cell]) -> Iterator[str]:
    """The table as text; what is wrong is marked, with what it should be."""
    heads = ("fault", "version", "verdict", "cause", "files named", "commit", "page")
    rows = [heads, *(_texts(cell) for cell in cells)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    for row in rows:
        yield "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()


def _texts(cell: Cell) -> tuple[str, ...]:
    expected, seen = asdict(cell.expected), asdict(cell.seen) if cell.seen else {}

    def words(name: str) -> str:
        value, wanted = (_words(values.get(name, NOTHING)) for values in (seen, expected))
        return value if name not in cell.wrong else f"✗ {value} (expected: {wanted})"

    named = (words(name) for name in ("verdict", "cause", "files", "commit", "page"))
    return (cell.row, cell.version, *named)


def _words(value: object) -> str:
    return ", ".join(value) or NOTHING if isinstance(value, (tuple, list)) else str(value)


def play(part: str, version: str, *, whole: bool) -> Iterator[Cell]:
    """The cells of a column: ``part`` is ``faults``, ``reloads`` or ``left_out``."""
    from tests.endtoend import table_faults, table_reloads

    players = {
        "faults": table_faults.play,
        "reloads": table_reloads.play,
        "left_out": table_faults.play_left_out,
    }
    os.environ.update(ISOLATION)
    with tempfile.TemporaryDirectory(prefix="freshboot-table-") as folder:
        yield from players[part](version, str(python_of(version)), Path(folder).resolve(), whole=whole)


def main(part: str, version: str, *options: str) -> None:
    """Play a column and print its cells."""
    cells = []
    for cell in play(part, version, whole="--whole-table" in options):
        print(f"{cell.seconds:5.1f} s  {cell.row} on {cell.version}", file=sys.stderr, flush=True)
        cells.append(cell)
    print(write_cells(cells))


if __name__ == "__main__":
    main(*sys.argv[1:])
