from __future__ import annotations

import os
from pathlib import Path

import pytest

from freshboot.repository.git import Git, GitError
from freshboot.repository.tree import FILE_MODES, SUBMODULE, SYMLINK, blobs, tree
from tests.gitrepo import commit, git, head, make_repository

ODD = [
    "a b.py",
    "line\nbreak.py",
    'quo"te.py',
    "tab\t.py",
    "--all",
    ":(top)x",
    "*.py",
    "é.py",
    "[x].py",
    "\\.py",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "here", {"app.py": "print(1)\n", "src/mod.py": "x = 1\n"})


def test_lists_every_path_with_mode_and_blob(folder: Path) -> None:
    (folder / "app.py").chmod(0o755)
    commit(folder, {"app.py": "print(2)\n"})
    entries = tree(Git(str(folder)), "HEAD")
    assert {path: entry.mode for path, entry in entries.items()} == {
        "app.py": "100755",
        "src/mod.py": "100644",
    }
    assert entries["app.py"].blob_id == git(folder, "rev-parse", "HEAD:app.py")
    assert all(entry.mode in FILE_MODES for entry in entries.values())


def test_lists_the_whole_tree_from_a_folder_inside(folder: Path) -> None:
    assert set(tree(Git(str(folder / "src")), "HEAD")) == {"app.py", "src/mod.py"}


@pytest.mark.parametrize("name", ODD)
def test_odd_names_come_as_they_are(folder: Path, name: str) -> None:
    commit(folder, {f"./{name}": "odd\n", "other.py": "x\n"})
    door = Git(str(folder))
    assert name in tree(door, "HEAD")
    only = tree(door, "HEAD", [name])
    assert list(only) == [name]
    assert blobs(door, [only[name].blob_id]) == {only[name].blob_id: b"odd\n"}


def test_names_beyond_utf8_come_back_as_bytes(folder: Path) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    commit(folder, {name: "x\n"})
    assert list(tree(Git(str(folder)), "HEAD", [name])) == [name]


def test_symlinks_and_submodules_are_known_by_mode(folder: Path, tmp_path: Path) -> None:
    other = make_repository(tmp_path / "other", {"x.py": "x\n"})
    (folder / "link.py").symlink_to("app.py")
    git(folder, "submodule", "--quiet", "add", str(other), "module")
    git(folder, "add", "link.py")
    git(folder, "commit", "--quiet", "-m", "Both")
    entries = tree(Git(str(folder)), "HEAD")
    assert entries["link.py"].mode == SYMLINK
    assert entries["module"] == (SUBMODULE, head(other))


def test_no_paths_are_nothing_and_not_everything(folder: Path) -> None:
    assert tree(Git(str(folder)), "HEAD", []) == {}


def test_a_path_that_is_not_there_is_left_out(folder: Path) -> None:
    assert list(tree(Git(str(folder)), "HEAD", ["app.py", "none.py"])) == ["app.py"]


def test_a_commit_that_is_not_there_fails(folder: Path) -> None:
    with pytest.raises(GitError):
        tree(Git(str(folder)), "nowhere")


def test_reads_many_blobs_in_one_go(folder: Path) -> None:
    contents = [b"", b"\n", b"blob 3\n", b"\0" * 100_000, "ä".encode()]
    ids = [git(folder, "hash-object", "-w", "--stdin", input=data) for data in contents]
    assert blobs(Git(str(folder)), [*ids, ids[0]]) == dict(zip(ids, contents, strict=True))


def test_a_blob_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(KeyError, match="f" * 40):
        blobs(Git(str(folder)), ["f" * 40])
