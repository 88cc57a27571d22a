"""One lab for the whole folder, with an app that calls boot()."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from freshboot.lab import LabProcess
from tests.endtoend.team import Team, files_of, lab_of, team_of
from tests.gitrepo import ISOLATION


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
