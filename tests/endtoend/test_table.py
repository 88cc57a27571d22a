"""The table: fault × Streamlit version, every cell right. ``--whole-table`` plays all versions and rows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from freshboot.lab import FAULTS
from tests.conftest import CELL, WHOLE
from tests.endtoend.table import PROVEN, Cell, Seen, lines, page_of, read_cells, seen_of, write_cells
from tests.endtoend.table_reloads import CASES
from tests.endtoend.table_rows import MORE, SINGLE
from tests.environments import NEWEST, VERSIONS, Unavailable, python_of

_CHECKOUT = Path(__file__).parents[2]
_AT_ONCE = 4  # most of a column is waiting
_LIMIT_S = 1500.0
Column = tuple[str, str]
Columns = Mapping[Column, "Future[dict[str, Cell]]"]


def versions(config: pytest.Config) -> tuple[str, ...]:
    return VERSIONS if config.getoption(WHOLE, default=False) else (VERSIONS[0], NEWEST)


def names(part: str, *, whole: bool) -> list[str]:
    if part == "reloads":
        return [name for case in CASES for name in (case.name, f"{case.name}, healed")]
    rows = (*SINGLE, *(MORE if whole else ()))
    return [row.name for row in rows if part == "faults" or (row.faults and not row.cured)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "cell" not in metafunc.fixturenames:
        return
    whole = bool(metafunc.config.getoption(WHOLE, default=False))
    without = metafunc.function is test_a_row_is_wrong_with_the_fault_left_out
    columns = [("left_out", NEWEST)] if without else _columns(metafunc.config)
    cells = [_param(*column, name) for column in columns for name in names(column[0], whole=whole)]
    if without and not whole:
        cells = [pytest.param(None, marks=pytest.mark.skip(reason=f"only with {WHOLE}"))]
    metafunc.parametrize("cell", cells)


def _param(part: str, version: str, name: str) -> Any:
    return pytest.param((part, version, name), id=f"{part}-{version}-{name}")


def _columns(config: pytest.Config) -> list[Column]:
    return [(part, version) for version in versions(config) for part in ("faults", "reloads")]


@pytest.fixture(scope="module")
def columns(request: pytest.FixtureRequest) -> Iterator[Columns]:
    """Every column that is tested, each played by a process of its own, some at the same time."""
    whole = bool(request.config.getoption(WHOLE, default=False))
    wanted = [*_columns(request.config), *([("left_out", NEWEST)] if whole else ())]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield {column: pool.submit(_played, *column, whole=whole) for column in wanted}


def _played(part: str, version: str, *, whole: bool) -> dict[str, Cell]:
    python_of(version)
    command = [sys.executable, "-m", "tests.endtoend.table", part, version]
    ran = subprocess.run(
        [*command, *([WHOLE] if whole else ())],
        cwd=_CHECKOUT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
        check=False,
    )
    if ran.returncode:
        raise RuntimeError(ran.stderr[-2000:])
    return {cell.row: cell for cell in read_cells(ran.stdout)}


@pytest.fixture
def played(columns: Columns, cell: tuple[str, str, str]) -> Cell:
    part, version, name = cell
    try:
        return columns[part, version].result()[name]
    except Unavailable as error:
        pytest.skip(f"no environment of Streamlit {version}: {error}")


def test_a_cell_is_right(played: Cell, request: pytest.FixtureRequest) -> None:
    request.node.user_properties.append((CELL, write_cells([played])))
    assert played.seen is not None, played.problem
    assert played.seen == played.expected


def test_a_row_is_wrong_with_the_fault_left_out(played: Cell) -> None:
    assert played.seen is not None, played.problem
    assert played.seen != played.expected


def test_every_fault_of_the_lab_has_a_row() -> None:
    shown = {fault.partition(":")[0] for row in SINGLE for fault in row.faults if not row.cured}
    assert shown == {fault.name for fault in FAULTS}


def test_the_table_marks_what_is_wrong_and_says_what_it_should_be() -> None:
    right = Cell("hold-file", NEWEST, PROVEN, PROVEN)
    wrong = Cell("hold-file", VERSIONS[0], Seen("stale", files=("disk a.py stale",)), PROVEN)
    broken = Cell("hold-file", "1.40.0", PROVEN)
    head, *rows = lines([right, wrong, broken])
    assert head.split() == ["fault", "version", "verdict", "cause", "files", "named", "commit", "page"]
    assert "✗" not in rows[0]
    assert "✗ proven (expected: stale)" in rows[1]
    assert "✗ – (expected: disk a.py stale)" in rows[1]
    assert "✗ – (expected: proven)" in rows[2]


@pytest.mark.parametrize(
    ("texts", "page"),
    [
        (["main 7", "module 7"], "all new"),
        (["main 6", "module 6"], "all old"),
        (["main 7", "module 6", "made 6"], "module, made old"),
        (["main 7", "module 5"], "strange: ['main 7', 'module 5']"),
        (["ImportError: cannot"], "strange: ['ImportError: cannot']"),
        ([], "nothing"),
    ],
)
def test_a_page_is_read_by_the_numbers_of_its_parts(texts: list[str], page: str) -> None:
    assert page_of(texts, 7) == page


def test_what_a_thread_holds_besides_does_not_stand_for_what_runs() -> None:
    found = {"path": "a.py", "layer": "memory", "live_commit": None}
    files = [{**found, "state": state} for state in ("kept", "stale")]
    facts = {"verdict": "stale", "cause": "stale-modules", "files": files, "requirements": []}
    assert seen_of(facts, {}, "all old").files == ("memory a.py stale",)
    assert seen_of({**facts, "files": files[:1]}, {}, "all old").files == ("memory a.py kept",)


def test_a_file_stands_in_the_table_once_in_the_first_layer_in_which_it_is_not_fresh() -> None:
    found = {"path": "a.py", "state": "stale", "live_commit": "c" * 40}
    files = [{**found, "layer": "disk"}, {**found, "layer": "memory", "live_commit": None}]
    facts = {"verdict": "stale", "cause": "stale-file", "files": files, "requirements": []}
    seen = seen_of(facts, {"c" * 40: "old"}, "all old")
    assert seen == Seen("stale", "stale-file", ("disk a.py stale",), "old", "all old")
