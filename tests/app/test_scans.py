"""Challenges share scans of the disk, but never one that began before they came."""

from __future__ import annotations

import threading

import pytest

from freshboot.app.scans import Scans


class Disk:
    """Scans that last until they are let go; each result is the state of the disk when it began."""

    def __init__(self) -> None:
        self.state = 0
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Semaphore(0)
        self.count = 0

    def scan(self) -> int:
        self.count += 1
        seen = self.state
        self.begun.release()
        assert self.go_on.acquire(timeout=5)
        return seen


def join_in_threads(scans: Scans, disk: Disk, number: int) -> tuple[list[threading.Thread], list[int]]:
    results: list[int] = []
    threads = [threading.Thread(target=lambda: results.append(scans.join(disk.scan))) for _ in range(number)]
    for thread in threads:
        thread.start()
    return threads, results


def test_ten_at_once_cost_two_scans_and_see_the_disk_as_it_was_when_they_came() -> None:
    scans, disk = Scans(), Disk()
    first, old = join_in_threads(scans, disk, 1)
    assert disk.begun.acquire(timeout=5)
    disk.state = 1
    others, new = join_in_threads(scans, disk, 10)
    while len(scans._changed._waiters) < 10:  # type: ignore[attr-defined]
        pass
    disk.go_on.release(2)
    for thread in first + others:
        thread.join(5)
    assert old == [0]
    assert new == [1] * 10
    assert disk.count == 2


def test_one_after_another_scans_anew() -> None:
    scans = Scans()
    states = iter(range(3))
    assert [scans.join(lambda: next(states)) for _ in range(3)] == [0, 1, 2]


def test_a_scan_that_fails_leaves_the_others_to_scan_themselves() -> None:
    scans, disk = Scans(), Disk()

    def fail() -> int:
        disk.scan()
        raise OSError

    failed: list[BaseException] = []

    def first() -> None:
        try:
            scans.join(fail)
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=first)
    thread.start()
    assert disk.begun.acquire(timeout=5)
    others, results = join_in_threads(scans, disk, 3)
    disk.go_on.release(4)
    for one in [thread, *others]:
        one.join(5)
    assert len(failed) == 1
    assert results == [0] * 3


def test_an_error_reaches_its_caller() -> None:
    with pytest.raises(ZeroDivisionError):
        Scans().join(lambda: 1 / 0)
