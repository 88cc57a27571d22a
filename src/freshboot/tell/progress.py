"""The line at the bottom of a terminal that says what is awaited, and for how long yet."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import TextIO

from freshboot.tell.safe import line
from freshboot.tell.terminal import columns_of

_EVERY = 1.0
"""Seconds between two drawings."""
_CLEAR = "\r\x1b[K"


class Progress:
    """One line that is drawn anew every second, and leaves nothing behind; everything else goes above it.

    Nothing of the terminal is changed for it: whoever kills the process finds the terminal as it was.
    """

    def __init__(self, file: TextIO, now: Callable[[], float] = time.monotonic) -> None:
        self._file, self._now = file, now
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._words = ""
        self._began = self._ends = 0.0
        self._thread: threading.Thread | None = None

    def awaiting(self, words: str, left: float = 0.0) -> None:
        """Say what is awaited, for ``left`` seconds at most; no words: nothing is, any more."""
        with self._lock:
            if not words:
                self._end()
                return
            if not self._words:
                self._began = self._now()
            self._words, self._ends = words, self._now() + left if left else 0.0
            self._draw()
            if self._thread is None:
                self._over.clear()
                self._thread = threading.Thread(target=self._tick, daemon=True)
                self._thread.start()

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Nothing of the line is there while something else is written."""
        with self._lock:
            if self._words:
                self._file.write(_CLEAR)
            yield
            if self._words:
                self._draw()

    def told(self) -> str:
        """The line as it stands."""
        waited = f"waiting for {self._words} · {duration(self._now() - self._began)}"
        return waited + (f", up to {duration(self._ends - self._now())} more" if self._ends else "")

    def _end(self) -> None:
        if self._words:
            self._words = ""
            self._file.write(_CLEAR)
            self._file.flush()
        self._over.set()
        self._thread = None

    def _draw(self) -> None:
        self._file.write(f"\r{line(self.told(), columns_of(self._file) - 1)}\x1b[K")
        self._file.flush()

    def _tick(self) -> None:
        over = self._over
        while not over.wait(_EVERY):
            with self._lock, contextlib.suppress(OSError, ValueError):  # the terminal may be gone
                if self._words and not over.is_set():
                    self._draw()


def duration(seconds: float) -> str:
    """A time for a person who waits: ``42 s``, ``9 m 18 s``."""
    minutes, rest = divmod(max(round(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} m"
    return f"{minutes} m {rest} s" if minutes else f"{rest} s"
