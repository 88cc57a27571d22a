"""A local branch that a killed run has left behind follows the stamps that the remote has, and no more."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from freshboot.config import Config
from freshboot.repository.publishing import Kind, Outcome
from freshboot.repository.repository import Repository
from freshboot.repository.worktree import Local
from freshboot.rollout.publish import Request, catch_up, publish_stamp
from tests.gitrepo import clone, git, head, log, write
from tests.rollout.publishing import FILES, NOON, publish, push

pytestmark = pytest.mark.usefixtures("isolated")
NARROW = Config(marks=("DEPLOYMENT_VERSION",))


def killed_at(monkeypatch: pytest.MonkeyPatch, function: str, folder: Path) -> None:
    """Publish in a process of its own, which is killed where it calls a function of ``os``."""
    child = os.fork()
    if child == 0:
        monkeypatch.setattr(os, function, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        publish(folder, "same-branch")
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])


def rebuild(folder: Path) -> Outcome:
    """What a rebuild publishes where the dependency file is no mark."""
    both = replace(NARROW, marks=(*NARROW.marks, "requirements.txt"))
    return publish_stamp(Repository.open(folder), both, Request(lambda: NOON, force=True))


def narrowly(folder: Path) -> Outcome:
    return publish_stamp(Repository.open(folder), NARROW, Request(lambda: NOON))


def status(folder: Path) -> str:
    return git(folder, "status", "--porcelain")


def test_what_is_on_the_remote_already_is_followed(folder: Path, rival: Path, remote: Path) -> None:
    there = publish(rival, "same-branch")
    done = publish(folder, "same-branch", minutes=1)
    assert (done.kind, done.commit, done.local) == (Kind.SUPERSEDED, there.commit, Local.FOLLOWED)
    assert (head(folder), status(folder)) == (there.commit, "")
    assert len(log(remote)) == 2


def test_a_stamp_in_force_is_made_on_the_others_and_followed(folder: Path, rival: Path, remote: Path) -> None:
    publish(rival, "same-branch")
    done = publish(folder, "same-branch", minutes=1, force=True)
    assert (done.kind, done.local) == (Kind.PUBLISHED, Local.FOLLOWED)
    assert (head(folder), status(folder)) == (done.commit, "")
    assert len(log(remote)) == 3


def test_what_a_person_pushed_is_not_followed(folder: Path, rival: Path) -> None:
    before = head(folder)
    push(rival, {"other.py": ""})
    there = publish(rival, "same-branch")
    done = publish(folder, "same-branch", minutes=1)
    assert (done.kind, done.commit, done.local) == (Kind.SUPERSEDED, there.commit, None)
    assert (head(folder), status(folder)) == (before, "")


def test_a_run_that_publishes_nothing_can_catch_up(folder: Path, rival: Path) -> None:
    publish(folder, "same-branch")
    git(rival, "pull", "--quiet")
    there = publish(rival, "same-branch", minutes=1, force=True)
    repository = Repository.open(folder)
    repository.fetch("main")
    catch_up(repository, Config(publish="deploy-branch"), "main", there.commit)
    assert head(folder) != there.commit
    catch_up(repository, Config(), "main", there.commit)
    assert (head(folder), status(folder)) == (there.commit, "")


def test_what_a_person_works_on_is_not_overwritten(folder: Path, rival: Path) -> None:
    publish(rival, "same-branch")
    before = head(folder)
    write(folder, {"other.py": "mine\n", "streamlit_app.py": FILES["streamlit_app.py"] + "mine = 1\n"})  # type: ignore[operator]
    repository = Repository.open(folder)
    catch_up(repository, Config(), "main", repository.fetch("main"))
    assert head(folder) == before
    assert (folder / "streamlit_app.py").read_text().endswith("mine = 1\n")


def test_a_rebuild_of_a_file_that_is_no_mark_is_known_again(folder: Path, remote: Path) -> None:
    there = rebuild(folder)
    again = narrowly(folder)
    assert (again.kind, again.commit) == (Kind.NOTHING, there.commit)
    assert len(log(remote)) == 2


def test_a_rebuild_of_a_file_that_is_no_mark_is_followed(folder: Path, rival: Path) -> None:
    there = rebuild(rival)
    assert (narrowly(folder).local, head(folder), status(folder)) == (Local.FOLLOWED, there.commit, "")


def test_what_is_edited_in_a_file_that_is_no_mark_hinders_no_stamp(folder: Path) -> None:
    write(folder, {"requirements.txt": "streamlit\npandas\n"})
    assert (narrowly(folder).local, status(folder)) == (Local.FOLLOWED, " M requirements.txt")


def test_a_dependency_that_a_person_changed_is_no_stamp(folder: Path, remote: Path) -> None:
    """A squash merge copies the trailer."""
    push(folder, {"requirements.txt": "streamlit\npandas\n"}, "Stamp 1.0.0+x\n\nFreshboot-Stamp: 1.0.0+x")
    assert narrowly(folder).kind is Kind.PUBLISHED
    assert len(log(remote)) == 3


def test_a_kill_in_the_midst_of_writing_leaves_whole_files_and_the_next_run_nothing_besides(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_at(monkeypatch, "replace", folder)
    assert [*folder.rglob(".freshboot-*.new")]
    for path, content in FILES.items():
        assert (folder / path).read_bytes().decode() == content
    assert publish(folder, "same-branch", minutes=1).local is Local.FOLLOWED
    assert status(folder) == ""


def test_after_a_kill_between_two_files_git_itself_can_go_on(folder: Path, remote: Path) -> None:
    other = clone(remote, folder.parent / "other")
    done = publish(other, "same-branch")
    paths = git(other, "diff", "--name-only", "HEAD^").splitlines()
    git(folder, "fetch", "--quiet")
    git(folder, "checkout", "--quiet", done.commit, "--", *paths)  # what a kill leaves: files and index
    git(folder, "pull", "--quiet", "--ff-only")
    assert (head(folder), status(folder)) == (done.commit, "")
