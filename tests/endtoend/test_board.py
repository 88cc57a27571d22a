"""This repository's own app, the board, on the lab: it proves itself, with freshboot's code as part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.endtoend.team import ALONE, Team, Told, freshboot, lab_of, team_of
from tests.gitrepo import ISOLATION, commit

ROOT = Path(__file__).parent.parent.parent
PATIENT = ("--settle", "0.5s", "--grace", "2s", "--interval", "0.5s", "--timeout", "90s")
_FILES = ("streamlit_app.py", "requirements.txt", "README.md", "LICENSE", ".streamlit/config.toml")
_FOLDERS = ("src/freshboot", "examples/budget")
# The lab has no package index: in the place of Hatch, a few lines put the same files into the wheel.
_BUILD = '[build-system]\nrequires = []\nbuild-backend = "in_place"\nbackend-path = ["build_backend"]\n'
_BACKEND = """\
import os, zipfile
NAME = "freshboot-0.1.0"
PLACES = {"src/freshboot": "freshboot", "examples/budget": "freshboot/lab/examples/budget"}
def build_wheel(folder, config_settings=None, metadata_directory=None):
    name, info = NAME + "-py3-none-any.whl", NAME + ".dist-info/"
    told = {info + "METADATA": "Metadata-Version: 2.1\\nName: freshboot\\nVersion: 0.1.0\\n",
            info + "WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"}
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        for source, target in PLACES.items():
            for here, folders, files in os.walk(source):
                folders[:] = [one for one in folders if one != "__pycache__"]
                for one in files:
                    told[target + os.path.join(here, one)[len(source):]] = None
                    wheel.write(os.path.join(here, one), target + os.path.join(here, one)[len(source):])
        for path, text in list(told.items()):
            if text is not None:
                wheel.writestr(path, text)
        wheel.writestr(info + "RECORD", "".join(path + ",,\\n" for path in [*told, info + "RECORD"]))
    return name
"""
# Beside the board, what a visitor of the lab can read: which module objects run.
_OBJECTS = """
import sys
import streamlit as st
named = ("freshboot.board.app", "freshboot.board.pages", "freshboot.app.boot", "freshboot.ledger.fold")
st.text("objects " + " ".join(str(id(sys.modules[one])) for one in named))
"""


def files() -> dict[str, str | bytes]:
    """The work tree's files as the app's repository has them."""
    told: dict[str, str | bytes] = {name: (ROOT / name).read_bytes() for name in _FILES}
    for folder in _FOLDERS:
        inside = (
            one for one in (ROOT / folder).rglob("*") if one.is_file() and "__pycache__" not in one.parts
        )
        told |= {one.relative_to(ROOT).as_posix(): one.read_bytes() for one in inside}
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    told["pyproject.toml"] = re.sub(r"\A\[build-system\]\n(?:.+\n)+", _BUILD, project)
    told["build_backend/in_place.py"] = _BACKEND
    told["streamlit_app.py"] = (ROOT / "streamlit_app.py").read_text("utf-8") + _OBJECTS
    return told


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    folder = tmp_path_factory.mktemp("board")
    (folder / "wheels").mkdir()
    with lab_of(folder / "app", files(), wheels=folder / "wheels") as lab:
        yield team_of(lab, folder / "clone")


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)


def asked(team: Team, *command: str) -> Told:
    return freshboot(team.folder, *command, "--url", team.lab.url, *PATIENT, *ALONE)


def objects(team: Team) -> str:
    """Which module objects a new session runs."""
    return next(one for one in team.displayed() if one.startswith("objects "))


def test_the_board_proves_itself_and_what_of_freshboot_changes_is_told_and_never_healed_away(
    team: Team,
) -> None:
    assert asked(team, "rollout").verdict == (0, "proven", None)
    before = objects(team)
    part = "src/freshboot/board/parts.py"
    commit(team.folder, {part: (team.folder / part).read_text("utf-8") + "\n# another release\n"})
    team.lab.wait_deployed(team.push())
    told = asked(team, "confirm")
    assert told.verdict == (1, "stale", "stale-packages")
    assert [(one["line"], one["state"]) for one in told.facts["requirements"]] == [(".", "wrong")]
    assert any("boot" in step for step in told.facts["next"])  # the host must install it, and start anew
    assert objects(team) == before
    team.lab.reboot()
    team.lab.wait_deployed(team.head)
    assert asked(team, "confirm").verdict == (0, "proven", None)
    assert objects(team) != before
    shown = " ".join(team.displayed())  # a fresh clone, which has fetched the record
    assert "The release was live, and it was proven." in shown
