"""What is known of a commit before it is rehearsed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from freshboot.config import Config
from freshboot.rehearsal.environment import python_of
from freshboot.rehearsal.found import Subject
from freshboot.rehearsal.rehearse import SECRETS, Wishes, subject_of
from freshboot.repository.repository import Repository
from freshboot.stamp.entrypoint import EntrypointError
from tests.gitrepo import make_repository, write

APP = "import streamlit as st\n\nst.title('One')\n"


def subject(folder: Path, files: Mapping[str, str], config: Config | None = None) -> Subject:
    repository = Repository.open(make_repository(folder / "app", files))
    write(folder, {"secrets.toml": "word = 1\n"})
    wishes = Wishes(python_of(sys.executable), folder / "cache", 60.0, folder / "secrets.toml")
    return subject_of(repository, config or Config(), repository.head, wishes)


def test_the_one_app_of_a_repository_is_found_wherever_it_lies(tmp_path: Path) -> None:
    files = {"apps/board/run.py": APP, "apps/board/requirements.txt": "streamlit\n", "lib.py": ""}
    found = subject(tmp_path, files)
    assert (found.entrypoint, found.dependency_file) == ("apps/board/run.py", "apps/board/requirements.txt")


def test_of_several_apps_one_has_to_be_named(tmp_path: Path) -> None:
    files = {"one/run.py": APP, "two/run.py": APP}
    with pytest.raises(EntrypointError):
        subject(tmp_path, files)
    assert subject(tmp_path / "again", files, Config(entrypoint="two/run.py")).entrypoint == "two/run.py"


def test_an_entrypoint_that_was_named_and_is_not_there_is_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(EntrypointError, match=r"there is no entrypoint other\.py"):
        subject(tmp_path, {"one/run.py": APP}, Config(entrypoint="other.py"))


def test_secrets_are_passed_on_only_where_none_are_committed(tmp_path: Path) -> None:
    assert subject(tmp_path, {"streamlit_app.py": APP}).secrets == str(tmp_path / "secrets.toml")
    committed = {"streamlit_app.py": APP, SECRETS: "word = 2\n"}
    assert subject(tmp_path / "again", committed).secrets is None


def test_lines_that_were_written_and_not_committed_are_to_be_committed(tmp_path: Path) -> None:
    repository = Repository.open(make_repository(tmp_path / "app", {"streamlit_app.py": APP}))
    wishes = Wishes(python_of(sys.executable), tmp_path / "cache", 60.0)
    told = subject_of(repository, Config(), repository.head, wishes)
    assert not told.boot_waits
    write(tmp_path / "app", {"streamlit_app.py": "import freshboot; freshboot.boot()\n" + APP})
    told = subject_of(repository, Config(), repository.head, wishes)
    assert told.boot_waits
