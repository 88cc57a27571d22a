"""What git's index says: which files are the repository's, and that a pull came to its end."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from freshboot.app.index import index_path, index_signature, names, tracked
from tests.gitrepo import commit, git, make_repository

FILES = {
    "app.py": "1",
    "data/rates.csv": "1",
    "data/rates-2.csv": "1",
    "name with spaces.txt": "1",
    "größe.txt": "1",
    "a/very/long/" + "x" * 150 + ".txt": "1",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "checkout", FILES)


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_names_every_file_in_each_version(checkout: Path, version: str) -> None:
    git(checkout, "update-index", "--index-version", version)
    if version == "3":  # git writes it only where an entry has one of its flags
        git(checkout, "update-index", "--skip-worktree", "app.py")
    assert index_path(str(checkout)) == str(checkout / ".git/index")
    assert (checkout / ".git/index").read_bytes()[7] == int(version)
    assert tracked(str(checkout), "sha1") == FILES.keys()


def test_reads_longer_ids(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--object-format=sha256")
    (tmp_path / "app.py").write_text("1")
    git(tmp_path, "add", "app.py")
    assert tracked(str(tmp_path), "sha256") == {"app.py"}


def test_a_folder_named_like_an_extension_is_a_folder(checkout: Path) -> None:
    commit(checkout, {"link/sdir.txt": "1"})
    git(checkout, "read-tree", "HEAD")  # writes the extension that names folders
    assert "link/sdir.txt" in (tracked(str(checkout), "sha1") or ())


def test_half_an_index_is_none(checkout: Path) -> None:
    git(checkout, "update-index", "--split-index")
    assert tracked(str(checkout), "sha1") is None


@pytest.mark.parametrize("data", [b"", b"DIRC", b"none of git's", b"DIRC" + struct.pack(">II", 9, 0)])
def test_what_is_no_index_is_none(checkout: Path, data: bytes) -> None:
    (checkout / ".git/index").write_bytes(data)
    assert tracked(str(checkout), "sha1") is None


def test_an_index_that_is_cut_off_is_none(checkout: Path) -> None:
    whole = (checkout / ".git/index").read_bytes()
    for length in range(12, 400, 7):
        with pytest.raises((ValueError, IndexError, struct.error)):
            names(whole[:length], 20)


def test_without_a_repository_there_is_none(tmp_path: Path) -> None:
    assert index_signature(str(tmp_path)) is None
    assert tracked(str(tmp_path), "sha1") is None


def test_a_worktree_has_one_of_its_own(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("worktree") / "other"
    git(checkout, "worktree", "add", "--quiet", str(other))
    commit(other, {"more.py": "1"})
    assert tracked(str(other), "sha1") == {*FILES, "more.py"}
    assert index_signature(str(other)) != index_signature(str(checkout))


def test_its_state_changes_with_a_pull(checkout: Path) -> None:
    before = index_signature(str(checkout))
    assert index_signature(str(checkout)) == before
    commit(checkout, {"app.py": "2"})
    assert index_signature(str(checkout)) != before
