from __future__ import annotations

from pathlib import Path

import pytest

from freshboot.repository.errors import (
    BareRepositoryError,
    EmptyRepositoryError,
    NoRemoteError,
    NoRepositoryError,
    RemoteError,
    RemoteGoneError,
    RepositoryError,
    UnknownRevisionError,
)
from freshboot.repository.git import GitError, GitMissingError
from freshboot.repository.repository import Repository
from tests.gitrepo import clone, commit, git, head, make_remote, make_repository

FILES: dict[str, str | bytes] = {"app.py": "print(1)\n", "pages/one.py": "print(2)\n"}


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    return make_remote(tmp_path / "remote.git", FILES)


@pytest.fixture
def folder(remote: Path, tmp_path: Path) -> Path:
    return clone(remote, tmp_path / "clone")


def test_opens_from_a_folder_inside(folder: Path) -> None:
    assert Repository.open(folder / "pages").root == str(folder)


def test_says_where_there_is_no_repository(tmp_path: Path) -> None:
    with pytest.raises(NoRepositoryError, match="no git repository") as caught:
        Repository.open(tmp_path)
    assert caught.value.exit_code == 2
    assert "git init" in caught.value.remedy


def test_says_where_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="no folder"):
        Repository.open(tmp_path / "missing")


def test_refuses_a_bare_repository(remote: Path) -> None:
    with pytest.raises(BareRepositoryError, match="is a bare repository"):
        Repository.open(remote)


def test_refuses_gits_own_folder(folder: Path) -> None:
    with pytest.raises(BareRepositoryError, match="git's own folder"):
        Repository.open(folder / ".git")


def test_refuses_a_repository_without_a_commit(tmp_path: Path) -> None:
    with pytest.raises(EmptyRepositoryError, match="no commit yet") as caught:
        Repository.open(make_repository(tmp_path / "empty"))
    assert "commit" in caught.value.remedy


def test_an_old_git_is_told(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "bin" / "git"
    old.parent.mkdir()
    old.write_text('#!/bin/sh\nfor word; do case $word in --path-format*) echo "$word" ;; esac; done\n')
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{old.parent}:/bin:/usr/bin")
    with pytest.raises(GitMissingError, match=r"git is older than 2\.31"):
        Repository.open(folder)


def test_refuses_a_path_that_git_cannot_tell_line_by_line(tmp_path: Path) -> None:
    folder = make_repository(tmp_path / "line\nbreak", FILES)
    with pytest.raises(RepositoryError, match="line break in its path"):
        Repository.open(folder)


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_knows_its_object_format(tmp_path: Path, object_format: str) -> None:
    folder = make_repository(tmp_path / "here", FILES, f"--object-format={object_format}")
    repository = Repository.open(folder)
    assert repository.object_format == object_format
    assert repository.read("HEAD", "app.py") == b"print(1)\n"


def test_head_and_branch_follow_git(folder: Path) -> None:
    repository = Repository.open(folder)
    assert (repository.head, repository.branch) == (head(folder), "main")
    git(folder, "switch", "--quiet", "--create", "feature/x")
    assert repository.branch == "feature/x"
    git(folder, "switch", "--quiet", "--detach")
    assert repository.branch is None


def test_resolves_what_git_resolves(folder: Path) -> None:
    git(folder, "tag", "-a", "v1", "-m", "one")
    repository = Repository.open(folder)
    assert {repository.resolve(name) for name in ("HEAD", "main", "v1", head(folder)[:8])} == {head(folder)}


@pytest.mark.parametrize("revision", ["nowhere", "--since=yesterday", "-h", "", "HEAD:app.py", "0" * 40])
def test_names_a_revision_that_is_no_commit(folder: Path, revision: str) -> None:
    with pytest.raises(UnknownRevisionError, match="there is no commit"):
        Repository.open(folder).resolve(revision)


def test_reads_files_of_any_commit(folder: Path) -> None:
    commit(folder, {"app.py": b"\xff\r\n\0", "pages/one.py": None})
    repository = Repository.open(folder)
    assert repository.read("HEAD", "app.py") == b"\xff\r\n\0"
    assert repository.read("HEAD", "pages/one.py") is None
    assert repository.read("HEAD~1", "pages/one.py") == b"print(2)\n"
    assert repository.read("HEAD", "pages") is None
    assert repository.read_all("HEAD~1", ["app.py", "no"]) == {"app.py": b"print(1)\n"}
    assert repository.read_all("HEAD", []) == repository.read_all("HEAD~1", ["pages"]) == {}


def test_replace_refs_do_not_count(folder: Path) -> None:
    commit(folder, {"app.py": "print(9)\n"})
    git(folder, "replace", "HEAD", "HEAD~1")
    assert Repository.open(folder).read("HEAD", "app.py") == b"print(9)\n"


def test_the_remote_is_the_branchs_own(folder: Path, remote: Path) -> None:
    repository = Repository.open(folder)
    assert repository.remote_name == "origin"
    git(folder, "remote", "add", "fork", str(remote))
    git(folder, "config", "branch.main.pushRemote", "fork")
    assert repository.remote_name == "fork"
    assert Repository.open(folder, remote="origin").remote_name == "origin"


def test_the_only_remote_is_meant_whatever_its_name(folder: Path) -> None:
    git(folder, "remote", "rename", "origin", "upstream")
    git(folder, "switch", "--quiet", "--detach")
    assert Repository.open(folder).remote_name == "upstream"


def test_several_remotes_without_origin_have_to_be_named(folder: Path, remote: Path) -> None:
    git(folder, "remote", "remove", "origin")
    repository = Repository.open(folder)
    with pytest.raises(NoRemoteError, match="has no remote"):
        repository.required_remote()
    for name in ("a", "b"):
        git(folder, "remote", "add", name, str(remote))
    with pytest.raises(NoRemoteError, match="several remotes"):
        repository.required_remote()
    with pytest.raises(NoRemoteError, match="no remote c"):
        Repository.open(folder, remote="c").required_remote()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ada:token@example.org:8443/o/r.git", "https://example.org:8443/o/r.git"),
        ("https://example.org/o/r@2", "https://example.org/o/r@2"),
        ("ssh://git@example.org/o/r", "ssh://example.org/o/r"),
        ("git@example.org:o/r.git", "git@example.org:o/r.git"),
        ("/srv/r.git", "/srv/r.git"),
    ],
)
def test_the_remotes_address_is_told_without_credentials(folder: Path, url: str, shown: str) -> None:
    git(folder, "remote", "set-url", "origin", url)
    assert Repository.open(folder).remote_url == shown


def test_the_remotes_address_is_the_one_that_git_goes_to(folder: Path) -> None:
    git(folder, "remote", "set-url", "origin", "gh:o/r")
    git(folder, "config", "url.https://github.com/.insteadOf", "gh:")
    assert Repository.open(folder).remote_url == "https://github.com/o/r"


def test_there_may_be_no_remote(tmp_path: Path) -> None:
    repository = Repository.open(make_repository(tmp_path / "alone", FILES))
    assert (repository.remote_name, repository.remote_url, repository.tip("main")) == (None, None, None)


def test_fetches_the_branch_and_nothing_else(folder: Path, remote: Path, tmp_path: Path) -> None:
    other = clone(remote, tmp_path / "other")
    new = commit(other, {"app.py": "print(3)\n"})
    git(other, "tag", "v2")
    git(other, "push", "--quiet", "origin", "main", "v2", "main:side")
    repository = Repository.open(folder)
    before = repository.tip("main")
    assert repository.fetch("main") == new == repository.tip("main") != before
    assert git(folder, "tag") == ""
    assert repository.tip("side") is None
    assert not (folder / ".git" / "FETCH_HEAD").exists()


def test_fetches_where_no_refspec_is_configured(folder: Path) -> None:
    git(folder, "config", "--unset", "remote.origin.fetch")
    git(folder, "update-ref", "-d", "refs/remotes/origin/main")
    assert Repository.open(folder).fetch("main") == head(folder)


def test_a_branch_that_the_remote_has_not_is_told(folder: Path) -> None:
    with pytest.raises(RemoteGoneError, match="find remote ref refs/heads/none") as caught:
        Repository.open(folder).fetch("none")
    assert caught.value.exit_code == 5


def test_another_fetch_in_the_same_clone_does_no_harm(folder: Path) -> None:
    lock = folder / ".git" / "refs" / "remotes" / "origin" / "main.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    git(folder, "update-ref", "-d", "refs/remotes/origin/main")
    git(folder, "update-ref", "refs/remotes/origin/main", head(folder))
    new = git(folder, "commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "next")
    git(folder, "push", "--quiet", "origin", f"{new}:refs/heads/main")
    git(folder, "update-ref", "refs/remotes/origin/main", head(folder))
    lock.touch()
    assert Repository.open(folder).fetch("main") == head(folder)


def test_later_commits_are_the_first_parents_newest_first(folder: Path) -> None:
    base = head(folder)
    git(folder, "switch", "--quiet", "--create", "side")
    commit(folder, {"side.py": ""}, "Aside")
    git(folder, "switch", "--quiet", "main")
    one = commit(folder, {"app.py": "print(3)\n"}, "One")
    git(folder, "merge", "--quiet", "--no-ff", "-m", "Merge", "side")
    git(folder, "push", "--quiet", "origin", "main")
    repository = Repository.open(folder)
    assert repository.later(base, "main") == [head(folder), one]
    assert repository.later(head(folder), "main") == []
    assert repository.later(base, "unknown") == []
    assert repository.between(base, "HEAD", saying="One") == [one]


def test_knows_ancestors(folder: Path) -> None:
    base, repository = head(folder), Repository.open(folder)
    new = commit(folder, {"app.py": "print(3)\n"})
    assert repository.is_ancestor(base, new)
    assert repository.is_ancestor(new, new)
    assert not repository.is_ancestor(new, base)
    with pytest.raises(GitError):
        repository.is_ancestor(base, "f" * 40)


def test_a_commit_that_a_shallow_clone_left_out_is_fetched(
    remote: Path, folder: Path, tmp_path: Path
) -> None:
    commit(folder, {"app.py": "print(3)\n"})
    git(folder, "push", "--quiet", "origin", "main")
    repository = Repository.open(clone(remote, tmp_path / "shallow", "--depth=1"))
    parent = head(folder, "HEAD~1")
    assert repository.is_shallow
    repository.require(parent)
    assert repository.read(parent, "app.py") == b"print(1)\n"
    with pytest.raises(RemoteError, match=r"could not be fetched from origin: .*not our ref"):
        repository.require("f" * 40)


def test_a_remote_that_never_answers_is_given_up(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text("#!/bin/sh\nsleep 60\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    monkeypatch.setattr("freshboot.repository.repository.REMOTE_SECONDS", 0.5)
    git(folder, "remote", "set-url", "origin", "ssh://git@example.org/o/r")
    with pytest.raises(RemoteGoneError, match=r"origin did not answer: git fetch did not end within 0\.5 s"):
        Repository.open(folder).fetch("main")
