"""Which configuration governs a rehearsal: that of the commit, as it would be pushed."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

import freshboot.rehearsal.rehearse as module
from freshboot.cli.main import main
from freshboot.config import CONFIG_FILE, Config
from freshboot.rehearsal.found import Rehearsal, Subject
from freshboot.repository.repository import Repository
from tests.gitrepo import commit, head, make_repository, write

APP = "import streamlit as st\n\nst.title(1)\n"
NOTHING = {"README.md": "No app\n"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "app", {"run.py": APP, CONFIG_FILE: "entrypoint: run.py\n"})


@pytest.fixture
def governed(monkeypatch: pytest.MonkeyPatch) -> list[Config]:
    """The configurations by which it was rehearsed, which is here not done."""
    configs: list[Config] = []

    async def rehearse(
        _repository: Repository, config: Config, subject: Subject, _wishes: object, _say: object
    ) -> Rehearsal:
        configs.append(config)
        return Rehearsal(subject)

    monkeypatch.setattr(module, "rehearse", rehearse)
    return configs


@pytest.fixture
def push(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path, str], int]:
    """Be git, which asks the hook about the commit that is checked out."""

    def asked(folder: Path, branch: str) -> int:
        refs = f"refs/heads/main {head(folder)} refs/heads/{branch} {'0' * 40}\n"
        monkeypatch.setattr("sys.stdin", io.StringIO(refs))
        return main(["rehearse", "--repo", str(folder), "--pre-push"])

    return asked


def test_what_the_work_tree_says_and_no_commit_does_not_count(folder: Path, governed: list[Config]) -> None:
    write(folder, {CONFIG_FILE: "entrypoint: run.py\npages: false\n"})
    main(["rehearse", "--repo", str(folder)])
    assert governed == [Config(entrypoint="run.py")]


def test_an_earlier_commit_is_rehearsed_by_its_own(folder: Path, governed: list[Config]) -> None:
    commit(folder, {CONFIG_FILE: "pages: false\n"})
    main(["rehearse", "--repo", str(folder)])
    main(["rehearse", "--repo", str(folder), "--commit", "HEAD~1"])
    assert [one.pages for one in governed] == [False, True]


def test_a_file_that_was_named_and_options_go_over_it_and_that_is_told(
    folder: Path, governed: list[Config], capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder.parent, {"mine.yml": "pages: false\n"})
    mine = str(folder.parent / "mine.yml")
    main(["rehearse", "--repo", str(folder), "--config", mine, "--timeout", "99s"])
    assert governed == [Config(pages=False, timeout=99.0)]
    assert f"the configuration is {mine}, in place of the commit's own" in capsys.readouterr().err


def test_a_fault_in_it_is_told_with_the_commit_and_on_github_with_the_file(
    folder: Path,
    governed: list[Config],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    faulty = commit(folder, {CONFIG_FILE: "\npagse: false\n"})
    write(folder, {CONFIG_FILE: "pages: false\n"})
    assert main(["rehearse", "--repo", str(folder)]) == 2
    told = capsys.readouterr().err
    assert f"error: {CONFIG_FILE} of {faulty[:7]}:2: there is no key 'pagse'" in told
    assert f"::error file={CONFIG_FILE},line=2," in told
    assert not governed


def test_the_branch_that_is_rehearsed_is_the_one_that_the_pushed_commit_names(
    folder: Path, governed: list[Config], push: Callable[[Path, str], int]
) -> None:
    commit(folder, {CONFIG_FILE: "branch: live\nentrypoint: run.py\n"})
    write(folder, {CONFIG_FILE: "branch: elsewhere\n"})
    assert push(folder, "elsewhere") == 0
    assert not governed
    assert push(folder, "live") == 3
    assert governed == [Config(branch="live", entrypoint="run.py")]


def test_a_push_of_what_holds_no_app_is_let_go_and_that_is_told(
    tmp_path: Path, push: Callable[[Path, str], int], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_repository(tmp_path / "library", NOTHING)
    assert push(folder, "main") == 0
    assert "there is no streamlit_app.py" in (told := capsys.readouterr().err)
    assert "nothing is rehearsed" in told
    assert main(["rehearse", "--repo", str(folder)]) != 0


def test_a_push_that_has_lost_its_app_is_stopped(
    folder: Path, tmp_path: Path, push: Callable[[Path, str], int]
) -> None:
    commit(folder, {"run.py": None})
    assert push(folder, "main") != 0
    several = make_repository(tmp_path / "several", {"one/run.py": APP, "two/run.py": APP})
    assert push(several, "main") != 0
    unnamed = make_repository(tmp_path / "unnamed", {**NOTHING, CONFIG_FILE: "pages: false\n"})
    assert push(unnamed, "main") != 0
