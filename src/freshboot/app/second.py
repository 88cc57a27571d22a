"""A second reader: a process that reads some of many files, since two threads would hold each other up.

It is never waited for. It begins with the last file, and what it has told of by the time that its asker gets
there need not be read any more. If it tells nothing, all is read as if it were not there.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING

from freshboot.app import reading
from freshboot.app.reading import LENGTH_BYTES, Read

if TYPE_CHECKING:
    from subprocess import Popen

WORTH_FILES = 2000
"""From so many on it is worth it: it starts in the time that a thousand take."""

_PIPE_BYTES = 1 << 20


class SecondReader:
    """Until it is started there is none; after ``close`` there is none any more."""

    def __init__(self, object_format: str) -> None:
        self._object_format = object_format
        self._is_tried = False
        self._process: Popen[bytes] | None = None
        self._task: IO[bytes] | None = None
        self._told: dict[int, Read | None] = {}
        self._heard = b""

    def close(self) -> None:
        """Have it gone."""
        process, self._process = self._process, None
        if process is not None:
            with process:  # closes its pipes, and waits for its end
                process.kill()
        if self._task is not None:
            self._task.close()

    def start(self) -> None:
        """Have it make ready while its task is not known yet; once, and where there can be one."""
        if self._is_tried:
            return
        self._is_tried = True
        if _is_possible():
            with self._or_none():
                self._task = _new_file()
                self._process = _start(self._task.fileno())

    def ask(self, paths: Sequence[str]) -> None:
        """Have it begin, if it was started.

        :param paths: in the order in which the asker reads them
        """
        if self._process is not None and self._process.stdin is not None and self._task is not None:
            with self._or_none():
                marshal.dump((self._object_format, [os.fsencode(path) for path in paths]), self._task)
                self._task.flush()
                self._process.stdin.close()

    def told(self) -> Mapping[int, Read | None]:
        """What it has read so far, by the number of the path; None for what it could not read."""
        if self._process is not None and self._process.stdout is not None:
            with self._or_none():
                self._listen(self._process.stdout.fileno())
        return self._told

    def _listen(self, pipe: int) -> None:
        with contextlib.suppress(BlockingIOError):
            self._heard += os.read(pipe, _PIPE_BYTES)
        while len(self._heard) >= LENGTH_BYTES:
            end = LENGTH_BYTES + int.from_bytes(self._heard[:LENGTH_BYTES], "little")
            if len(self._heard) < end:
                break
            self._told.update(marshal.loads(self._heard[LENGTH_BYTES:end]))  # noqa: S302 (our own)
            self._heard = self._heard[end:]

    @contextlib.contextmanager
    def _or_none(self) -> Iterator[None]:
        """Whatever goes wrong with it, there is no second reader any more, and that is all."""
        try:
            yield
        except Exception:  # noqa: BLE001
            self.close()


def _is_possible() -> bool:
    """Whether there is a processor for it, and a Python; what embeds one would start another app."""
    is_python = os.path.basename(sys.executable or "").startswith(("python", "pypy"))
    return is_python and _processors() > 1


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _new_file() -> IO[bytes]:
    """For the task: a file takes all of it at once; a pipe would have us wait until it is read."""
    from tempfile import TemporaryFile

    return TemporaryFile()


def _start(task: int) -> Popen[bytes]:
    """Its task is complete, in that file, when its standard input ends."""
    from subprocess import DEVNULL, PIPE, Popen

    command = [sys.executable, "-I", "-S", reading.__file__, str(task)]
    process = Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, pass_fds=[task])
    if process.stdout is not None:
        os.set_blocking(process.stdout.fileno(), False)
    return process
