"""Scans of the disk, shared by the challenges that wait for one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


class Scans:
    """Runs scans one at a time. A challenge gets a scan that began after it arrived, never an earlier one.

    However many arrive at once, two scans are enough: the one that runs, which comes too early for them, and
    the next, which all of them share.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._begun = 0
        self._running = False
        self._done = 0
        self._result: Any = None

    def join(self, scan: Callable[[], Any]) -> Any:
        """The result of a scan that began after this call. A scan's exception is its own caller's alone."""
        with self._changed:
            mine = self._begun + 1
            while self._running and self._done < mine:
                self._changed.wait()
            if self._done >= mine:
                return self._result
            self._running = True
            self._begun += 1
            mine = self._begun
        try:
            result = scan()
        except BaseException:
            self._finish()
            raise
        self._finish(mine, result)
        return result

    def _finish(self, number: int = 0, result: Any = None) -> None:
        with self._changed:
            self._running = False
            if number:
                self._done, self._result = number, result
            self._changed.notify_all()
