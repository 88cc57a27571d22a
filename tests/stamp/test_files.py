from __future__ import annotations

import os
from pathlib import Path

import pytest

from freshboot.stamp.files import PathRefused, locate, normal_path, reader
from tests.stamp.samples import make_tree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_tree(tmp_path, {"outside.txt": b"secret", "outside/x.txt": b"secret"})
    return make_tree(tmp_path / "root", {"a.txt": b"a", "sub/b.txt": b"b", ".git/config": b"c"})


def test_a_path_is_made_normal() -> None:
    assert normal_path("./sub//../sub/./b.txt") == "sub/b.txt"


def test_reads_bytes_or_nothing(root: Path) -> None:
    read = reader(root)
    assert read("a.txt") == b"a"
    assert read("absent.txt") is None
    assert read("absent/c.txt") is None
    assert read("a.txt/c.txt") is None


def test_a_link_inside_of_the_root_is_followed(root: Path) -> None:
    (root / "link.txt").symlink_to("sub/b.txt")
    assert reader(root)("link.txt") == b"b"
    assert locate(root, "link.txt") == os.path.realpath(root / "sub/b.txt")


def test_the_root_may_be_a_link_itself(root: Path) -> None:
    (root.parent / "alias").symlink_to(root)
    assert reader(root.parent / "alias")("a.txt") == b"a"


@pytest.mark.parametrize("target", ["../outside.txt", "../outside/absent.txt", "/etc/hostname", "../root2/x"])
def test_a_link_out_of_the_root_is_refused(root: Path, target: str) -> None:
    (root / "link.txt").symlink_to(target)
    with pytest.raises(PathRefused, match="outside of the root"):
        reader(root)("link.txt")


def test_a_linked_folder_out_of_the_root_is_refused(root: Path) -> None:
    (root / "linked").symlink_to("../outside")
    with pytest.raises(PathRefused, match="outside of the root"):
        reader(root)("linked/x.txt")


@pytest.mark.parametrize("path", ["../outside.txt", "/etc/hostname", "sub/../../outside.txt"])
def test_a_path_out_of_the_root_is_refused(root: Path, path: str) -> None:
    with pytest.raises(PathRefused, match="not a file below the root"):
        reader(root)(path)


@pytest.mark.parametrize("path", [".git/config", "link.txt"])
def test_gits_own_folder_is_refused(root: Path, path: str) -> None:
    (root / "link.txt").symlink_to(".git/config")
    with pytest.raises(PathRefused, match="git's own folder"):
        reader(root)(path)


def test_a_folder_is_refused(root: Path) -> None:
    with pytest.raises(PathRefused, match="sub: is a folder"):
        reader(root)("sub")


def test_a_pipe_is_refused_and_not_waited_for(root: Path) -> None:
    os.mkfifo(root / "pipe.txt")
    with pytest.raises(PathRefused, match="not a regular file"):
        reader(root)("pipe.txt")


def test_a_link_to_itself_is_refused(root: Path) -> None:
    (root / "loop.txt").symlink_to("loop.txt")
    with pytest.raises(PathRefused, match="cannot be looked at"):
        reader(root)("loop.txt")


def test_a_name_that_is_too_long_is_refused(root: Path) -> None:
    with pytest.raises(PathRefused, match="cannot be looked at"):
        reader(root)("x" * 300 + ".txt")
