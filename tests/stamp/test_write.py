from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from freshboot.stamp.files import PathRefused
from freshboot.stamp.plan import Edit
from freshboot.stamp.write import WriteFailed, write
from tests.stamp.samples import make_tree, tree_of

FILES = {"a.txt": b"old a", "sub/b.txt": b"old b"}
EDITS = (
    Edit("a.txt", b"old a", b"new a"),
    Edit("made/of/new.txt", None, b"new"),
    Edit("sub/b.txt", b"old b", b"new b"),
)
WRITTEN = {
    "a.txt": b"new a",
    "made/": b"",
    "made/of/": b"",
    "made/of/new.txt": b"new",
    "sub/": b"",
    "sub/b.txt": b"new b",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_tree(tmp_path, FILES)


def failing_at(number: int, error: BaseException) -> Callable[[str, str], None]:
    """A replacement that works until its turn has come."""
    calls = iter(range(1, 100))

    def replace(source: str, target: str) -> None:
        if next(calls) == number:
            raise error
        os.replace(source, target)

    return replace


def test_writes_every_file_and_leaves_nothing_else(root: Path) -> None:
    write(root, EDITS)
    assert tree_of(root) == WRITTEN


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), OSError("odd")])
def test_when_one_replacement_fails_all_is_as_it_was(root: Path, number: int, error: OSError) -> None:
    before = tree_of(root)
    with pytest.raises(WriteFailed, match="nothing was changed") as caught:
        write(root, EDITS, replace=failing_at(number, error))
    assert EDITS[number - 1].path in caught.value.message
    assert tree_of(root) == before


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_interruption_undoes_it_all_too(root: Path, number: int) -> None:
    before = tree_of(root)
    with pytest.raises(KeyboardInterrupt):
        write(root, EDITS, replace=failing_at(number, KeyboardInterrupt()))
    assert tree_of(root) == before


def test_what_cannot_be_put_back_is_named(root: Path) -> None:
    def replace(source: str, target: str) -> None:
        os.replace(source, target)
        os.chmod(target, 0)
        for left in Path(target).parent.glob(".*.old"):
            left.unlink()
        raise OSError("gone")

    with pytest.raises(WriteFailed, match=r"a\.txt could not be put back") as caught:
        write(root, EDITS[:1], replace=replace)
    assert "git" in caught.value.remedy


def test_a_folder_that_cannot_be_made_leaves_nothing_behind(root: Path) -> None:
    (root / "made").write_bytes(b"a file where a folder is needed")
    before = tree_of(root)
    with pytest.raises(WriteFailed, match=r"made/of/new\.txt"):
        write(root, EDITS)
    assert tree_of(root) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_may_not_be_written_leaves_nothing_behind(root: Path) -> None:
    before = tree_of(root)
    (root / "sub").chmod(0o555)
    with pytest.raises(WriteFailed, match=r"sub/b\.txt"):
        write(root, EDITS)
    (root / "sub").chmod(0o755)
    assert tree_of(root) == before


def test_a_full_disk_leaves_nothing_behind(root: Path) -> None:
    before = tree_of(root)
    code = (
        "import resource, signal, sys\n"
        "from freshboot.stamp.plan import Edit\n"
        "from freshboot.stamp.write import WriteFailed, write\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "edits = [Edit('a.txt', b'old a', b'new a'), Edit('sub/b.txt', b'old b', b'b' * 9999)]\n"
        "try:\n    write(sys.argv[1], edits)\n"
        "except WriteFailed as error:\n    sys.exit(error.message)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(root)], capture_output=True, text=True)
    assert done.stderr == "cannot write sub/b.txt: File too large; nothing was changed\n"
    assert tree_of(root) == before


@pytest.mark.parametrize("mode", [0o755, 0o600, 0o444])
def test_a_files_mode_is_kept(root: Path, mode: int) -> None:
    (root / "a.txt").chmod(mode)
    write(root, EDITS)
    assert stat.S_IMODE((root / "a.txt").stat().st_mode) == mode


def test_a_new_file_has_the_usual_mode(root: Path) -> None:
    (root / "usual").touch()
    write(root, EDITS)
    assert (root / "made/of/new.txt").stat().st_mode == (root / "usual").stat().st_mode


def test_a_link_stays_a_link_to_the_new_bytes(root: Path) -> None:
    (root / "link.txt").symlink_to("sub/b.txt")
    write(root, [Edit("link.txt", b"old b", b"new b")])
    assert (root / "link.txt").readlink() == Path("sub/b.txt")
    assert (root / "sub/b.txt").read_bytes() == b"new b"


def test_a_link_out_of_the_root_is_refused(root: Path) -> None:
    inner = make_tree(root / "inner", {})
    inner.mkdir()
    (inner / "link.txt").symlink_to("../a.txt")
    with pytest.raises(PathRefused, match="outside of the root"):
        write(inner, [Edit("link.txt", b"old a", b"new a")])
    assert (root / "a.txt").read_bytes() == b"old a"


def test_two_names_of_one_file_must_want_the_same(root: Path) -> None:
    (root / "link.txt").symlink_to("a.txt")
    with pytest.raises(PathRefused, match=r"link\.txt: is the same file as a\.txt"):
        write(root, [Edit("a.txt", b"old a", b"new a"), Edit("link.txt", b"old a", b"other")])
    assert (root / "a.txt").read_bytes() == b"old a"
    write(root, [Edit("a.txt", b"old a", b"new a"), Edit("link.txt", b"old a", b"new a")])
    assert (root / "a.txt").read_bytes() == b"new a"


@pytest.mark.parametrize("now", [b"somebody else's", None])
def test_a_file_that_has_changed_since_is_refused_and_kept(root: Path, now: bytes | None) -> None:
    (root / "sub/b.txt").unlink()
    if now is not None:
        (root / "sub/b.txt").write_bytes(now)
    before = tree_of(root)
    with pytest.raises(WriteFailed, match=r"sub/b\.txt: it has changed in the meantime"):
        write(root, EDITS)
    assert tree_of(root) == before


def test_a_file_that_somebody_else_wrote_in_between_is_not_overwritten_in_going_back(root: Path) -> None:
    def replace(source: str, target: str) -> None:
        if target.endswith("b.txt"):
            (root / "a.txt").write_bytes(b"somebody else's")
            raise OSError("no")
        os.replace(source, target)

    with pytest.raises(WriteFailed):
        write(root, EDITS, replace=replace)
    assert (root / "a.txt").read_bytes() == b"somebody else's"
