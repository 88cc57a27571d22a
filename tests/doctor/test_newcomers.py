"""Apps as people have them, with freshboot put in by ``freshboot init``: nothing is left to complain of."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import streamlit

from freshboot.cli import main
from freshboot.config import load
from freshboot.doctor import Severity, examine
from freshboot.doctor.gather import gather
from freshboot.repository.repository import Repository
from tests.gitrepo import git

APPS = Path(__file__).parents[1] / "newcomer/apps"
HELLO = Path(streamlit.__file__).parent / "hello"
# The lock of the others is made by what has to be fetched.
FOLDERS = (*(one for one in sorted(APPS.iterdir()) if not (one / "pyproject.toml").exists()), HELLO)


@pytest.mark.parametrize("origin", FOLDERS, ids=lambda one: one.name)
def test_an_app_is_sound_once_freshboot_is_put_in(origin: Path, tmp_path: Path) -> None:
    folder = tmp_path / "app"
    shutil.copytree(origin, folder, ignore=shutil.ignore_patterns("__pycache__"))
    if origin == HELLO:
        (folder / "requirements.txt").write_text("streamlit\npandas\naltair\npydeck\n")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=The app as it was")
    options = ("--yes", "--quiet", "--url", "https://an-app.streamlit.app", "--from", "freshboot")
    assert main(["init", "--repo", str(folder), *options]) == 0
    git(folder, "add", "--all")
    found = examine(gather(Repository.open(folder), load(folder), 0.0)).findings
    assert [(one.rule.name, one.found) for one in found if one.severity is not Severity.NOTE] == []
