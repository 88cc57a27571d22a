"""Blob ids of files are read anew whenever they could have changed."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from pathlib import Path

import pytest

from freshboot.app import reading
from freshboot.app.files import FileHashes
from freshboot.app.reading import Unsettled
from freshboot.proof import blob_id
from tests.app.process import blob

LATER_NS = 3_000_000_000


class Reads(FileHashes):
    """Counts how often a file is read; the clock stands so many nanoseconds after the file's last change."""

    def __init__(self, file: Path, after_ns: int) -> None:
        super().__init__(clock=lambda: file.stat().st_ctime_ns + after_ns)
        self.count = 0

    def read(self, path: str) -> str:
        self.count += 1
        return super().read(path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file.py"
    path.write_text("VALUE = 1\n")
    return path


def test_names_a_file_as_git_does(file: Path) -> None:
    expected = subprocess.run(["git", "hash-object", file], capture_output=True, text=True, check=True).stdout
    assert FileHashes().blob(str(file)) == expected.strip()


def test_a_settled_file_is_read_once(file: Path) -> None:
    hashes = Reads(file, LATER_NS)
    assert {hashes.blob(str(file)) for _ in range(5)} == {blob("VALUE = 1\n")}
    assert hashes.count == 1


def test_a_file_that_changed_just_now_is_read_again(file: Path) -> None:
    """Two changes within one tick of the clock leave the same times."""
    hashes = Reads(file, 1_000_000_000)
    hashes.blob(str(file))
    hashes.blob(str(file))
    assert hashes.count == 2


def test_a_file_from_the_future_is_read_again(file: Path) -> None:
    """The clock was set back since."""
    hashes = Reads(file, -3_600_000_000_000)
    hashes.blob(str(file))
    hashes.blob(str(file))
    assert hashes.count == 2


def test_a_change_that_keeps_size_and_time_is_seen(file: Path) -> None:
    hashes = FileHashes(clock=lambda: 2**62)
    status = file.stat()
    hashes.blob(str(file))
    file.write_text("VALUE = 2\n")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert hashes.blob(str(file)) == blob("VALUE = 2\n")


def test_another_file_in_its_place_is_seen(file: Path) -> None:
    hashes = FileHashes(clock=lambda: 2**62)
    hashes.blob(str(file))
    other = file.with_name("other.py")
    other.write_text("VALUE = 2\n")
    other.replace(file)
    assert hashes.blob(str(file)) == blob("VALUE = 2\n")


@pytest.mark.parametrize("made", ["nothing", "folder", "pipe"])
def test_what_is_no_file_has_no_blob(file: Path, made: str) -> None:
    file.unlink()
    if made == "folder":
        file.mkdir()
    if made == "pipe":
        os.mkfifo(file)
    assert FileHashes().blob(str(file)) is None


def test_a_file_that_keeps_changing_has_no_blob(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "read_once", lambda *_: None)
    with pytest.raises(Unsettled):
        FileHashes().read(str(file))
    assert FileHashes().blob(str(file)) is None


def test_a_file_that_grows_while_it_is_read_is_never_told_half(tmp_path: Path) -> None:
    """Whatever is told must be what a whole file once was."""
    begun, grown, step = b"x" * 400_000, 100, b"y" * 10_000
    file = tmp_path / "log"
    file.write_bytes(begun)
    wholes = {blob_id(begun + step * number) for number in range(grown + 1)}

    def grow() -> None:
        with file.open("ab", buffering=0) as log:
            for _ in range(grown):
                log.write(step)

    thread = threading.Thread(target=grow)
    thread.start()
    found = []
    while thread.is_alive():
        with contextlib.suppress(Unsettled):
            found.append(FileHashes().blob(str(file)))
    thread.join()
    assert set(found) <= wholes | {None}
    assert FileHashes().blob(str(file)) == blob_id(begun + step * grown)
