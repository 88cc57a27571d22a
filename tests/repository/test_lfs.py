from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from freshboot.repository.lfs import pointers, smudged
from freshboot.repository.repository import Repository
from tests.gitrepo import clone, commit, git, make_repository
from tests.repository.pasts import lying, missing_objects

CONTENT = b"id,revenue\n" + b"1,2\n" * 500
ATTRIBUTES = "*.csv filter=lfs diff=lfs merge=lfs -text\n"


def pointer(
    content: bytes = CONTENT, more: str = "", version: str = "https://git-lfs.github.com/spec/v1"
) -> str:
    return f"version {version}\n{more}oid sha256:{hashlib.sha256(content).hexdigest()}\nsize {len(content)}\n"


def blob_id(data: bytes, object_format: str = "sha1") -> str:
    return hashlib.new(object_format, b"blob %d\0" % len(data) + data).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pointers, and files that are none; no git-lfs is configured, so that they are stored as they are."""
    return make_repository(
        tmp_path / "here",
        {
            ".gitattributes": ATTRIBUTES,
            "sales.csv": pointer(),
            "app.py": "x = 1\n",
            "unmarked.bin": pointer(b"other"),
            "small.csv": "id\n1\n",
            "large.csv": pointer(more="x" * 1024),
            "words.py": f"POINTER = '''{pointer()}'''\n",
        },
    )


def test_pointers_are_known_by_size_and_first_line(folder: Path) -> None:
    assert pointers(Repository.open(folder), "HEAD") == {"sales.csv", "unmarked.bin"}


@pytest.mark.parametrize("version", ["https://hawser.github.com/spec/v1", "http://git-media.io/v/2"])
def test_the_formats_former_names_are_known(folder: Path, version: str) -> None:
    commit(folder, {"old.csv": pointer(version=version)})
    assert "old.csv" in pointers(Repository.open(folder), "HEAD")


def test_a_symlink_is_no_pointer(folder: Path) -> None:
    (folder / "link.csv").symlink_to(pointer())
    git(folder, "add", "link.csv")
    git(folder, "commit", "--quiet", "-m", "Link")
    assert "link.csv" not in pointers(Repository.open(folder), "HEAD")


@pytest.mark.parametrize("name", ["a b.csv", "line\nbreak.csv", os.fsdecode(b"caf\xe9.csv"), ":(top)x.csv"])
def test_odd_names_are_pointers_too(folder: Path, name: str, tmp_path: Path) -> None:
    commit(folder, {f"./{name}": pointer()})
    assert name in pointers(Repository.open(folder), "HEAD")
    git(folder, "config", "uploadpack.allowFilter", "true")
    partial = clone(folder, tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    assert name in pointers(Repository.open(partial), "HEAD")


def test_a_partial_clone_fetches_marked_files_only(folder: Path, tmp_path: Path) -> None:
    git(folder, "config", "uploadpack.allowFilter", "true")
    partial = clone(folder, tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    left_out = missing_objects(partial)
    assert pointers(Repository.open(partial), "HEAD") == {"sales.csv"}
    marked = ("sales.csv", "small.csv", "large.csv", ".gitattributes")
    assert left_out - missing_objects(partial) == {lying(folder)[path] for path in marked}


def test_a_release_without_files_has_no_pointers(tmp_path: Path) -> None:
    folder = make_repository(tmp_path / "here")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "Begin")
    assert pointers(Repository.open(folder), "HEAD") == frozenset()


def test_the_work_trees_own_file_is_what_a_pointer_stands_for(folder: Path) -> None:
    (folder / "sales.csv").write_bytes(CONTENT)
    assert smudged(Repository.open(folder), "HEAD", "sales.csv") == blob_id(CONTENT)


def test_what_git_lfs_keeps_is_what_a_pointer_stands_for(folder: Path) -> None:
    oid = hashlib.sha256(CONTENT).hexdigest()
    kept = folder / ".git/lfs/objects" / oid[:2] / oid[2:4] / oid
    kept.parent.mkdir(parents=True)
    kept.write_bytes(CONTENT)
    assert smudged(Repository.open(folder), "HEAD", "sales.csv") == blob_id(CONTENT)


def test_other_bytes_are_not_what_a_pointer_stands_for(folder: Path) -> None:
    for other in (CONTENT[:-1] + b"!", CONTENT + b"!", CONTENT[:-1], b""):
        (folder / "sales.csv").write_bytes(other)
        assert smudged(Repository.open(folder), "HEAD", "sales.csv") is None


@pytest.mark.parametrize("made", [os.mkdir, os.mkfifo, lambda path: None], ids=["folder", "fifo", "none"])
def test_what_is_no_file_is_not_what_a_pointer_stands_for(folder: Path, made: object) -> None:
    (folder / "sales.csv").unlink()
    made(folder / "sales.csv")  # type: ignore[operator]
    assert smudged(Repository.open(folder), "HEAD", "sales.csv") is None


@pytest.mark.parametrize("path", ["app.py", "small.csv", "none.csv", "words.py", "large.csv"])
def test_what_is_no_pointer_stands_for_nothing(folder: Path, path: str) -> None:
    assert smudged(Repository.open(folder), "HEAD", path) is None


def test_a_pointer_with_extensions_is_read(folder: Path) -> None:
    commit(folder, {"more.csv": pointer(more=f"ext-0-case sha256:{'0' * 64}\n")})
    (folder / "more.csv").write_bytes(CONTENT)
    assert smudged(Repository.open(folder), "HEAD", "more.csv") == blob_id(CONTENT)


def test_a_pointer_that_nobody_can_read_stays_one(folder: Path) -> None:
    commit(folder, {"odd.csv": pointer().replace("oid sha256:", "oid sha512:")})
    (folder / "odd.csv").write_bytes(CONTENT)
    assert "odd.csv" in pointers(Repository.open(folder), "HEAD")
    assert smudged(Repository.open(folder), "HEAD", "odd.csv") is None


def test_sha256_repositories_have_pointers(tmp_path: Path) -> None:
    files = {".gitattributes": ATTRIBUTES, "sales.csv": pointer()}
    folder = make_repository(tmp_path / "here", files, "--object-format=sha256")
    (folder / "sales.csv").write_bytes(CONTENT)
    assert pointers(Repository.open(folder), "HEAD") == {"sales.csv"}
    assert smudged(Repository.open(folder), "HEAD", "sales.csv") == blob_id(CONTENT, "sha256")
