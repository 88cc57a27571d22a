"""What the guard ends and removes, whatever became of the lab."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from freshboot.lab.guard import Guard
from tests.lab.processes import alive, wait_until

CHILD_AND_ALL = "sleep 60 & wait"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "lab"
    (folder / "deep" / "er").mkdir(parents=True)
    return folder


def started(guard: Guard, *command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(Guard.guarded(list(command)), stdin=guard.pipe, start_new_session=True)


def members(group: int) -> list[int]:
    done = subprocess.run(["pgrep", "-g", str(group)], capture_output=True, text=True, check=False)
    return [int(pid) for pid in done.stdout.split() if alive(int(pid))]


def test_ends_the_whole_group_and_removes_the_folder(folder: Path) -> None:
    guard = Guard(folder)
    process = started(guard, "sh", "-c", CHILD_AND_ALL)
    wait_until(lambda: len(members(process.pid)) == 2)
    guard.close()
    process.wait(10)
    assert members(process.pid) == []
    assert not folder.exists()


def test_the_process_that_was_started_does_not_hold_the_pipe(folder: Path) -> None:
    guard = Guard(folder)
    with started(guard, "sh", "-c", "readlink /proc/self/fd/0; exec sleep 60") as process:
        guard.close()
        assert process.wait(10) == -9


def test_a_released_group_is_left_alone(folder: Path) -> None:
    guard = Guard(folder)
    process = started(guard, "sleep", "60")
    wait_until(lambda: Path(f"/proc/{process.pid}/comm").read_text() == "sleep\n")
    guard.release(process.pid)
    guard.close()
    assert process.poll() is None
    process.kill()
    process.wait()


def test_arguments_reach_the_command_as_they_are(folder: Path) -> None:
    guard = Guard(folder)
    awkward = ["a b", "$HOME", "'", "--", ""]
    command = Guard.guarded(["printf", "%s|", *awkward])
    done = subprocess.run(command, stdin=guard.pipe, capture_output=True, text=True, check=True)
    guard.close()
    assert done.stdout == "a b|$HOME|'|--||"
