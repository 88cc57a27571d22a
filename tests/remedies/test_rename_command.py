"""The call of ``remedy rename``: what it needs, what it shows, and what it never does without being asked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from freshboot.cli import main
from tests.endtoend.team import freshboot
from tests.gitrepo import ISOLATION, clone, git, make_remote

FILES: dict[str, str | bytes] = {
    "streamlit_app.py": 'import calc\n\nDEPLOYMENT_VERSION = "1.0.0"\n',
    "calc.py": "X = 1\n",
    "requirements.txt": "streamlit\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    return clone(make_remote(tmp_path / "remote.git", FILES), tmp_path / "clone")


def test_a_dry_run_shows_uses_and_change_asks_nobody_and_pushes_nothing(folder: Path) -> None:
    before = git(folder, "ls-remote", "origin")
    told = freshboot(folder, "remedy", "rename", "--file", "calc.py", "--to", "calc_2", "--dry-run")
    assert told.code == 0
    assert "streamlit_app.py:1: import calc" in told.prose
    assert "nothing is pushed before the app has proven that calc.py, alone, is old" in told.prose
    assert "rename to calc_2.py" in told.facts["diff"]
    assert git(folder, "ls-remote", "origin") == before
    assert git(folder, "status", "--porcelain") == ""


def test_the_file_must_be_named(folder: Path) -> None:
    told = freshboot(folder, "remedy", "rename")
    assert (told.code, "--file calculations.py" in told.prose) == (2, True)


def test_a_file_that_cannot_be_renamed_is_told_before_the_app_is_asked(folder: Path) -> None:
    told = freshboot(folder, "remedy", "rename", "--file", "streamlit_app.py", "--dry-run")
    assert told.code == 2
    assert "is the entrypoint" in told.prose


def test_its_options_go_with_no_other_remedy(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["remedy", "nudge", "--file", "calc.py", "--repo", str(folder)]) == 2
    assert "go with rename" in capsys.readouterr().err


def test_without_its_library_it_says_how_to_get_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "libcst", None)
    told = freshboot(folder, "remedy", "rename", "--file", "calc.py")
    assert told.code == 2
    assert "pip install 'freshboot[refactor]'" in told.prose
