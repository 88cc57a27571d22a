"""The counts of the histories, told once at the end of the run."""

from __future__ import annotations

import pytest

TOLD = pytest.StashKey[list[str]]()


@pytest.fixture
def tell(request: pytest.FixtureRequest):  # noqa: ANN201  # a function of one text
    """Have a line printed at the end of the run."""
    return request.config.stash.setdefault(TOLD, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the lines."""
    for line in config.stash.get(TOLD, []):
        terminalreporter.write_line(line)
