"""Which files begin first, what is told at the end of a run, and the browser that several files share.

The files may be tested by several processes at once. So what a test has to tell lies in its report, which
comes to the one process that prints.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.endtoend.table import Cell, lines, read_cells
from tests.environments import VERSIONS

if TYPE_CHECKING:
    from playwright.async_api import Browser

WHOLE = "--whole-table"
LINE, CELL = "line", "cell"
"""What a report calls a line to print, and a cell of the table."""

_FOLDER = Path(__file__).parent
_LONGEST = (
    "histories/test_histories.py",
    "workflows/test_runs.py",
    "endtoend/test_table.py",
    "endtoend/test_field_reports.py",
    "endtoend/test_verdicts.py",
    "endtoend/test_ladder.py",
    "endtoend/test_field_packages.py",
    "workflows/test_own.py",
    "lab/test_faults_code.py",
    "histories/test_faults.py",
    "app/test_server.py",
    "app/test_results.py",
    "lab/test_environment.py",
    "rehearsal/test_rehearse.py",
    "workflows/test_steps.py",
    "docs/test_commands.py",
    "lab/test_faults.py",
    "live/test_browser.py",
    "board/test_browser.py",
    "lab/test_lab.py",
    "endtoend/test_kills.py",
    "endtoend/test_board.py",
    "endtoend/test_remedies.py",
    "newcomer/test_newcomer.py",
    "histories/test_served.py",
    "app/test_truth.py",
    "app/test_versions.py",
)
_LINES: list[str] = []
_CELLS: list[Cell] = []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Chromium. On CI there is always one; elsewhere its tests are skipped with one line."""
    from freshboot.live.browser import NoBrowser, open_browser

    try:
        async with open_browser() as started:
            yield started
    except NoBrowser as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no browser: {error.message}")


def pytest_configure() -> None:
    """Leave out what a workflow, or a person, has told freshboot: tests run in one, too."""
    for name in [one for one in os.environ if one.startswith(("GITHUB_", "FRESHBOOT_"))]:
        if name != "FRESHBOOT_CHROMIUM":
            del os.environ[name]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(WHOLE, action="store_true", help="the table of every Streamlit version, and every row")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: nobody waits for one of them alone in the end."""
    places = {name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: places.get(item.path.relative_to(_FOLDER).as_posix(), len(places)))


def pytest_collection_finish() -> None:
    """Have what is tested write no bytecode, here or in processes of its own, unless a test asks for it.

    And spare the collector of garbage what stays: some tests let it look at everything hundreds of times.
    """
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    gc.collect()
    gc.freeze()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep what a test has to tell."""
    if report.when == "call":
        told = [(name, str(text)) for name, text in report.user_properties]
        _LINES.extend(text for name, text in told if name == LINE)
        _CELLS.extend(cell for name, text in told if name == CELL for cell in read_cells(text))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the lines, and the table row by row, each with its versions."""
    for line in _LINES:
        terminalreporter.write_line(line)
    if not _CELLS:
        return
    order = {row: place for place, row in enumerate(dict.fromkeys(cell.row for cell in _CELLS))}
    wrong = sum(bool(cell.wrong) for cell in _CELLS)
    terminalreporter.section(f"fault × Streamlit: {len(_CELLS)} cells, {wrong} wrong")
    for line in lines(sorted(_CELLS, key=lambda cell: (order[cell.row], VERSIONS.index(cell.version)))):
        terminalreporter.write_line(line)
