"""What git and the environment tell of an attempt."""

from __future__ import annotations

from pathlib import Path

import pytest

from freshboot.ledger.circumstances import changed_between, source_of, trigger_of
from freshboot.repository.repository import Repository
from tests.gitrepo import ISOLATION, clone, commit, git, head
from tests.repository.stamper import deploy_from, publish_from, remote_and_clone


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    return remote_and_clone(tmp_path)[1]


@pytest.mark.parametrize(
    ("event", "trigger"),
    [("push", "push"), ("schedule", "schedule"), ("workflow_dispatch", "manual"), ("release", "manual")],
)
def test_a_workflow_s_event_is_the_trigger(event: str, trigger: str) -> None:
    assert trigger_of({"GITHUB_EVENT_NAME": event}) == trigger


def test_outside_of_a_workflow_it_is_local() -> None:
    assert trigger_of({}) == "local"


def test_a_person_s_commit_is_its_own_source(folder: Path) -> None:
    assert source_of(Repository.open(folder), head(folder)) == head(folder)


def test_the_source_of_stamps_upon_stamps_is_what_the_first_one_stamped(folder: Path) -> None:
    source = head(folder)
    publish_from(folder)
    last = publish_from(folder, force=True, make=None).commit
    assert source_of(Repository.open(folder), last) == source


def test_the_source_of_a_deploy_branch_s_commit_is_what_it_was_made_of(folder: Path) -> None:
    deploy_from(folder)
    source = commit(folder, {"app.py": "print(2)\n"})
    git(folder, "push", "--quiet", "origin", "main")
    assert source_of(Repository.open(folder), deploy_from(folder).commit) == source


def test_a_squash_that_copied_the_trailer_is_a_person_s(folder: Path) -> None:
    squash = commit(folder, {"app.py": "print(3)\n"}, "Mend it (#7)\n\nFreshboot-Stamp: 1.0.0+x")
    assert source_of(Repository.open(folder), squash) == squash


def test_in_a_shallow_clone_the_source_is_fetched(folder: Path, tmp_path: Path) -> None:
    source = head(folder)
    publish_from(folder)
    publish_from(folder, force=True)
    shallow = clone(tmp_path / "remote.git", tmp_path / "shallow", "--depth=1")
    assert source_of(Repository.open(shallow), head(shallow)) == source


def test_what_cannot_be_fetched_is_taken_for_the_source(folder: Path, tmp_path: Path) -> None:
    source = head(folder)
    publish_from(folder)
    shallow = clone(tmp_path / "remote.git", tmp_path / "shallow", "--depth=1")
    git(shallow, "remote", "set-url", "origin", "nowhere")
    assert source_of(Repository.open(shallow), head(shallow)) == source


def test_the_changed_paths_are_those_in_which_two_commits_differ(folder: Path) -> None:
    before = head(folder)
    after = commit(folder, {"app.py": None, "über.py": "1", "pages/a b.py": "2"})
    assert changed_between(Repository.open(folder), before, after) == ("app.py", "pages/a b.py", "über.py")
