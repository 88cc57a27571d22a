"""A command in a real terminal: what it writes there, what is typed, and how it ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

COLUMNS = 80
_PATIENCE = 30.0
"""Seconds for what a slow machine does in one or two."""


class Seen:
    """A process in a terminal of its own, and all that it wrote there so far."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self.process, self._master, self.text = process, master, ""

    def until(self, words: str) -> str:
        """Read on until the words are there."""
        end = time.monotonic() + _PATIENCE
        while words not in self.text:
            assert time.monotonic() < end, f"{words!r} is not in {self.text!r}"
            if not self._read():
                break
        assert words in self.text, f"{words!r} is not in {self.text!r}"
        return self.text

    def press(self, keys: str) -> None:
        """Type something: ^C is ``\\x03``, as a keyboard sends it."""
        os.write(self._master, keys.encode())

    def end(self) -> int:
        """Read all that is left; the exit code."""
        while self._read():
            pass
        return self.process.wait(_PATIENCE)

    def lines(self) -> list[str]:
        """What a person sees in the end: what was drawn over is gone."""
        shown = []
        for line in self.text.replace("\r\n", "\n").split("\n"):
            last = line.split("\r")[-1]
            shown.append(last.removeprefix("\x1b[K"))
        return shown

    def settings(self) -> list[object]:
        """The terminal's own settings: echo, lines, and so on."""
        return list(termios.tcgetattr(self._master))

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], _PATIENCE)
        try:
            chunk = os.read(self._master, 1 << 16) if ready else b""
        except OSError:  # nobody has the other side open any more
            return False
        self.text += chunk.decode("utf-8", "replace")
        return bool(chunk)


@contextlib.contextmanager
def in_a_terminal(
    *command: str, cwd: Path, environment: Mapping[str, str] | None = None, columns: int = COLUMNS
) -> Iterator[Seen]:
    """Run a command with all three streams on a terminal that it controls."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")}
    process = subprocess.Popen(
        _controlling(command),
        cwd=cwd,
        env={**kept, "TERM": "xterm-256color", **(environment or {})},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield Seen(process, master)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(master)


def _controlling(command: tuple[str, ...]) -> list[str]:
    """A process that makes its input its terminal, so that ^C reaches it, and becomes the command."""
    code = (
        "import fcntl, os, signal, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
        " signal.signal(signal.SIGINT, signal.default_int_handler);"
        " os.execv(sys.argv[1], sys.argv[1:])"
    )
    return [sys.executable, "-c", code, *command]


def freshboot(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "freshboot", *arguments)
