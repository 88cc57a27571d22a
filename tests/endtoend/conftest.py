"""One lab for the whole folder, with an app that calls boot(); and the table that is printed at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from freshboot.lab import LabProcess
from tests.endtoend.table import Cell, lines
from tests.endtoend.team import Team, files_of, lab_of, team_of
from tests.environments import VERSIONS
from tests.gitrepo import ISOLATION

WHOLE = "--whole-table"
PLAYED: list[Cell] = []
"""The cells of the table that were played in this run."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(WHOLE, action="store_true", help="every Streamlit version, and every row")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table, row by row, each with its versions."""
    if not PLAYED:
        return
    order = {row: place for place, row in enumerate(dict.fromkeys(cell.row for cell in PLAYED))}
    wrong = sum(bool(cell.wrong) for cell in PLAYED)
    terminalreporter.section(f"fault × Streamlit: {len(PLAYED)} cells, {wrong} wrong")
    for line in lines(sorted(PLAYED, key=lambda cell: (order[cell.row], VERSIONS.index(cell.version)))):
        terminalreporter.write_line(line)


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabProcess]:
    with lab_of(tmp_path_factory.mktemp("endtoend") / "app", files_of(1)) as running:
        yield running


@pytest.fixture(scope="package")
def everybody(lab: LabProcess, tmp_path_factory: pytest.TempPathFactory) -> Team:
    return team_of(lab, tmp_path_factory.mktemp("team") / "clone")


@pytest.fixture
def team(everybody: Team, monkeypatch: pytest.MonkeyPatch) -> Team:
    """The team, with a release of theirs live in every layer and no fault."""
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    everybody.settle()
    return everybody
