"""Time in steps of two seconds, as a coarse file system counts it, without waiting for any."""

from __future__ import annotations

import os
from bisect import bisect_right
from pathlib import Path

from freshboot.app.files import SETTLED_NS


class Steps:
    """All that happens between two calls of ``pass_by`` happens at one and the same time.

    Steps are told apart by the change times that the real file system gives, so nothing of a file's real
    status is made up: its times are rounded down to the beginning of their step.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self._began = [0, self._touched()]

    def pass_by(self) -> int:
        """More than two seconds pass; when the new step begins, for other processes' ``follow``."""
        before = self._touched()
        while (now := self._touched()) <= before:
            continue
        self._began.append(now)
        return now

    def follow(self, began: int) -> None:
        """Take note of a step that another process has made."""
        self._began.append(began)

    def coarse(self, real_ns: int) -> int:
        """The time of day that the file system gives for a real one."""
        return self._began[bisect_right(self._began, real_ns) - 1]

    def now_ns(self) -> int:
        """The time of day: so long after what was written before the last step that it has settled."""
        return self._began[-1] + SETTLED_NS - 1

    def _touched(self) -> int:
        self._file.write_bytes(b"")
        return os.stat(self._file).st_ctime_ns
