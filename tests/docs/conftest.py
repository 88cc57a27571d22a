"""A repository of the sample app that has been rolled out to a lab, for the commands of the documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from freshboot.lab import LabProcess
from tests.docs.pages import ROOT
from tests.endtoend.team import lab_of, team_of
from tests.gitrepo import ISOLATION, clone, git

BUDGET = ROOT / "examples" / "budget"
LIVE_TEST = "def test_it_runs(live_app):\n    assert not live_app.run().exception\n"
PROJECT = '[project]\nname = "budget"\nversion = "1.0.0"\n'
LOG = "host.log"
LOGGED = "[03:37:59] 🐙 Pulling code changes from Github...\n[03:38:00] 🔄 Updated app!\n"
URL = "https://your-app.streamlit.app"
"""The address that the documents show."""


@dataclass(frozen=True)
class Place:
    """Where the documents' commands are run: a lab that serves what its remote holds, all of it proven."""

    lab: LabProcess
    remote: Path

    def clone(self, folder: Path) -> Path:
        """A fresh clone; what is pushed from it goes live."""
        return _somebody_s(clone(self.remote, folder / "budget"))

    def apart(self, folder: Path) -> Path:
        """A clone of a remote of its own: what is pushed from it reaches nobody."""
        git(self.remote, "clone", "--quiet", "--mirror", ".", str(folder / "remote.git"))
        return _somebody_s(clone(folder / "remote.git", folder / "budget"))


def _somebody_s(folder: Path) -> Path:
    for fact, value in (("name", "Ada"), ("email", "ada@example.org")):
        git(folder, "config", f"user.{fact}", value)
    return folder


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    files = {
        path.relative_to(BUDGET).as_posix(): path.read_text("utf-8")
        for path in BUDGET.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    files |= {"tests/live/test_app.py": LIVE_TEST, "pyproject.toml": PROJECT, LOG: LOGGED}
    folder = tmp_path_factory.mktemp("docs")
    with lab_of(folder / "seed", files) as lab:
        told = team_of(lab, folder / "first").rollout()
        assert told.facts["verdict"] == "proven", told.prose
        yield Place(lab, Path(lab.remote))


@pytest.fixture(autouse=True)
def _no_settings_of_git_s(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
