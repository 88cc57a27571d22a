"""Sees to it that nothing of a lab outlives it, also when it is killed.

The lab holds the writing end of a pipe to this process. Each replica's process writes its own id into that
pipe before it becomes ``streamlit run``, so that no moment is left in which it is unknown here. When the pipe
closes, whatever the reason, the named process groups are killed and the lab's folder is removed. Run as a
script, with the standard library alone, to be there in a few milliseconds.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

_REGISTERED = 'echo "+$$" >&0; exec "$@" </dev/null'
_ATTEMPTS = 40
_PAUSE_S = 0.05


class Guard:
    """The lab's end of it: ``folder`` is what will be removed."""

    def __init__(self, folder: Path) -> None:
        # In a session of its own, so that a Ctrl-C in the terminal does not reach it.
        command = [sys.executable, "-I", "-S", __file__, str(folder)]
        silent = subprocess.DEVNULL
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=silent, stderr=silent, start_new_session=True
        )

    @property
    def pipe(self) -> int:
        """The descriptor that a process started with ``guarded()`` must have as its standard input."""
        if self._process.stdin is None:
            raise RuntimeError("a guard always has a pipe")
        return self._process.stdin.fileno()

    @staticmethod
    def guarded(command: list[str]) -> list[str]:
        """What names itself to the guard and then becomes ``command``, under the same process id."""
        return ["/bin/sh", "-c", _REGISTERED, "sh", *command]

    def release(self, pid: int) -> None:
        """Forget a group that has ended: its number may be given to another process."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self.pipe, f"-{pid}\n".encode())

    def close(self) -> None:
        """End what is left and wait until it is gone."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()


def _groups(lines: list[str]) -> set[int]:
    """The groups that were named and not released since."""
    groups: set[int] = set()
    for line in lines:
        pid = int(line[1:])
        if line.startswith("+"):
            groups.add(pid)
        else:
            groups.discard(pid)
    return groups


def _clean_up(groups: set[int], folder: Path) -> None:
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    # A process that is being killed, or a git that was under way, may still write a file.
    for _ in range(_ATTEMPTS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_PAUSE_S)


if __name__ == "__main__":
    _clean_up(_groups(sys.stdin.read().splitlines()), Path(sys.argv[1]))
