"""A second reader helps where there is much to read; whatever befalls it, the answer is the same."""

from __future__ import annotations

import contextlib
import marshal
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from freshboot.app import disk, reading, second
from freshboot.app.disk import scan
from freshboot.app.files import FileHashes
from freshboot.app.second import SecondReader
from tests.app.process import blob

PATIENCE_SECONDS = 60.0


def _write(folder: Path, count: int) -> list[str]:
    paths = [folder / f"{number}.py" for number in range(count)]
    for path in paths:
        path.write_text(path.name)
    return [str(path) for path in paths]


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecondReader]:
    """Ready, on a machine with a processor for it."""
    monkeypatch.setattr(second, "_is_possible", lambda: True)
    with contextlib.closing(SecondReader("sha1")) as reader:
        reader.start()
        yield reader


def _all_told(reader: SecondReader, count: int) -> dict[int, reading.Read | None]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(told := reader.told()) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    return dict(told)


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def _pid(reader: SecondReader) -> int:
    assert reader._process is not None
    return reader._process.pid


def test_tells_what_it_reads_by_number(tmp_path: Path, reader: SecondReader) -> None:
    paths = _write(tmp_path, 2 * reading.BATCH + 1)
    reader.ask(paths)
    told = _all_told(reader, len(paths))
    assert told == {number: reading.read(path, "sha1") for number, path in enumerate(paths)}


def test_of_what_it_cannot_read_it_tells_only_that(tmp_path: Path, reader: SecondReader) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "f\udce4.py").write_text("VALUE = 1\n")
    reader.ask([str(tmp_path / name) for name in ("pipe", "gone", "f\udce4.py")])
    told = _all_told(reader, 3)
    assert (told[0], told[1]) == (None, None)
    assert told[2] is not None
    assert told[2][1] == blob("VALUE = 1\n")


def test_is_gone_when_closed(tmp_path: Path, reader: SecondReader) -> None:
    pid = _pid(reader)
    reader.ask(_write(tmp_path, 10))
    reader.close()
    assert _is_gone(pid)
    assert not reader.told()


def test_ends_when_its_asker_is_killed(tmp_path: Path) -> None:
    """Whether it waits for its task, or nobody takes what it tells."""
    _write(tmp_path, 3000)
    script = (
        "import os, sys, time\n"
        "from freshboot.app import second\n"
        "second._is_possible = lambda: True\n"
        "readers = [second.SecondReader('sha1') for _ in range(2)]\n"
        "[one.start() for one in readers]\n"
        f"readers[0].ask([os.path.join({str(tmp_path)!r}, one) for one in os.listdir({str(tmp_path)!r})])\n"
        "print(*(one._process.pid for one in readers), flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as asker:
        assert asker.stdout is not None
        pids = [int(one) for one in asker.stdout.readline().split()]
        asker.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not all(map(_is_gone, pids)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [one for one in pids if not _is_gone(one)] == []


def test_it_waits_until_its_task_is_complete(tmp_path: Path) -> None:
    [path] = _write(tmp_path, 1)
    with (tmp_path / "task").open("w+b", buffering=0) as task, second._start(task.fileno()) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.5)
        task.write(marshal.dumps(("sha1", [os.fsencode(path)])))
        process.stdin.close()
        select.select([process.stdout], [], [], PATIENCE_SECONDS)
        told = process.stdout.read()
    assert told is not None
    assert marshal.loads(told[reading.LENGTH_BYTES :]) == {0: reading.read(path, "sha1")}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A few files, on a machine where that is much; what is told first comes in time."""

    def ask(reader: SecondReader, paths: Sequence[str]) -> None:
        really_ask(reader, paths)
        if reader._process is not None:
            select.select([reader._process.stdout], [], [], PATIENCE_SECONDS)

    really_ask = SecondReader.ask
    monkeypatch.setattr(SecondReader, "ask", ask)
    monkeypatch.setattr(second, "_processors", lambda: 2)
    monkeypatch.setattr(disk, "WORTH_FILES", 1)
    (tmp_path / "app").mkdir()
    _write(tmp_path / "app", 3)
    return tmp_path / "app"


EXPECTED = {f"{number}.py": blob(f"{number}.py") for number in range(3)}


def test_what_it_told_is_not_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "read", lambda path, _: pytest.fail(path))
    hashes = FileHashes(clock=lambda: 2**62)
    found = scan(str(root), hashes)
    assert found.blobs == EXPECTED
    assert found.signatures == {path: reading.signature((root / path).stat()) for path in EXPECTED}
    assert hashes.folders[str(root)].blobs == EXPECTED


def test_what_it_told_is_known_only_if_it_is_settled(root: Path) -> None:
    hashes = FileHashes(clock=lambda: 0)
    scan(str(root), hashes)
    assert not hashes.folders[str(root)].blobs


@pytest.mark.parametrize(
    "does",
    ["exit 1", "echo not what was expected", r"printf '\4\0\0\0odd!'", r"printf '\1\0\0\0N'", "exec 1>&-"],
)
def test_whatever_it_does_everything_is_read(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, does: str
) -> None:
    program = tmp_path / "python-of-a-kind"
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    assert scan(str(root), FileHashes()).blobs == EXPECTED


def test_without_room_for_its_task_there_is_none(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second, "_new_file", lambda: os.open("/no/such/place", os.O_RDONLY))
    monkeypatch.setattr(second, "_start", lambda _: pytest.fail("started"))
    assert scan(str(root), FileHashes()).blobs == EXPECTED


@pytest.mark.parametrize(("processors", "executable"), [(1, sys.executable), (2, "/usr/bin/env"), (2, "")])
def test_there_is_none_without_a_processor_or_a_python(
    root: Path, monkeypatch: pytest.MonkeyPatch, processors: int, executable: str
) -> None:
    monkeypatch.setattr(second, "_processors", lambda: processors)
    monkeypatch.setattr(sys, "executable", executable)
    monkeypatch.setattr(second, "_start", lambda _: pytest.fail("started"))
    assert scan(str(root), FileHashes()).blobs == EXPECTED


def test_where_it_cannot_be_started_everything_is_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert scan(str(root), FileHashes()).blobs == EXPECTED


def test_there_is_none_for_a_few_files(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "WORTH_FILES", 4)
    monkeypatch.setattr(second, "_start", lambda _: pytest.fail("started"))
    assert scan(str(root), FileHashes()).blobs == EXPECTED


def test_there_is_none_for_what_is_known(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = FileHashes(clock=lambda: 2**62)
    scan(str(root), hashes)
    monkeypatch.setattr(second, "_start", lambda _: pytest.fail("started"))
    assert scan(str(root), hashes).blobs == EXPECTED


def test_secrets_are_not_named_to_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / ".env").write_text("KEY=1")
    asked: list[str] = []
    monkeypatch.setattr(SecondReader, "ask", lambda _, paths: asked.extend(paths))
    scan(str(root), FileHashes())
    assert sorted(asked) == [str(root / name) for name in EXPECTED]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    processes: list[subprocess.Popen[bytes]] = []
    really_start = second._start

    def start(task: int) -> subprocess.Popen[bytes]:
        processes.append(really_start(task))
        return processes[-1]

    monkeypatch.setattr(second, "_start", start)
    return processes


def test_it_is_not_waited_for(
    root: Path, started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SecondReader, "ask", lambda *_: None)  # so it waits for its task
    assert scan(str(root), FileHashes()).blobs == EXPECTED
    assert [one.returncode for one in started] == [-signal.SIGKILL]


def test_there_is_one_for_many_folders_and_none_when_a_scan_fails(
    root: Path, started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "more").mkdir()
    _write(root / "more", 3)
    scan(str(root), FileHashes())
    monkeypatch.setattr(disk, "MAX_FILES", 5)
    with pytest.raises(disk.TooManyFiles):
        scan(str(root), FileHashes())
    assert [_is_gone(one.pid) for one in started] == [True, True]
