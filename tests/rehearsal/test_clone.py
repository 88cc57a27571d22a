"""The clean clone: one commit, whatever the work tree, the depth of the clone or its completeness."""

from __future__ import annotations

from pathlib import Path

import pytest

from freshboot.rehearsal.clone import check_out, clean_clone, uncommitted
from freshboot.repository.repository import Repository
from tests.gitrepo import clone as clone_of
from tests.gitrepo import commit, git, head, make_remote, make_repository, write

FILES = {"app.py": "1\n", "folder/more.txt": "more\n"}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    folder = make_repository(tmp_path / "app", FILES)
    commit(folder, {"app.py": "2\n"})
    return Repository.open(folder)


def test_it_holds_the_commit_and_nothing_of_the_work_tree(repository: Repository, tmp_path: Path) -> None:
    write(Path(repository.root), {"app.py": "changed\n", "new.py": "untracked\n"})
    made = clean_clone(repository, repository.head, "main", tmp_path / "clone")
    check_out(made)
    assert (made.head, made.branch) == (repository.head, "main")
    assert (tmp_path / "clone" / "app.py").read_text() == "2\n"
    assert not (tmp_path / "clone" / "new.py").exists()


def test_an_earlier_commit_can_be_cloned(repository: Repository, tmp_path: Path) -> None:
    made = clean_clone(repository, repository.resolve("HEAD~1"), "main", tmp_path / "clone")
    check_out(made)
    assert (tmp_path / "clone" / "app.py").read_text() == "1\n"


def test_neither_templates_nor_hooks_of_the_developer_s_get_into_it(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "template", {"hooks/post-checkout": "#!/bin/sh\ntouch ran\n"})
    (tmp_path / "template" / "hooks" / "post-checkout").chmod(0o755)
    write(tmp_path, {"gitconfig": f"[init]\n\ttemplateDir = {tmp_path / 'template'}\n"})
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    made = clean_clone(repository, repository.head, "main", tmp_path / "clone")
    check_out(made)
    assert not (tmp_path / "clone" / "ran").exists()
    assert not (tmp_path / "clone" / ".git" / "hooks").exists()


@pytest.mark.parametrize("options", [("--depth=1",), ("--filter=blob:none", "--no-checkout")])
def test_a_clone_that_is_not_whole_is_whole_enough(tmp_path: Path, options: tuple[str, ...]) -> None:
    remote = make_remote(tmp_path / "remote.git", FILES)
    git(remote, "config", "uploadpack.allowFilter", "true")
    git(remote, "config", "uploadpack.allowAnySHA1InWant", "true")
    partly = Repository.open(clone_of(remote, tmp_path / "partly", *options))
    made = clean_clone(partly, partly.head, "main", tmp_path / "clone")
    check_out(made)
    assert (tmp_path / "clone" / "folder" / "more.txt").read_text() == "more\n"
    git(tmp_path, "clone", "--quiet", str(tmp_path / "clone"), "again")
    assert head(tmp_path / "again") == partly.head


def test_what_is_not_committed_is_counted(repository: Repository) -> None:
    assert uncommitted(repository) == 0
    write(
        Path(repository.root), {"app.py": "3\n", "new.py": "\n", ".gitignore": "ignored\n", "ignored": "\n"}
    )
    assert uncommitted(repository) == 3
