"""Where the replicas' processes come from: a process that has imported what they need forks each of them.

It is a small one: whatever else its parent has imported would be copied into every replica, and looked
through there by freshboot.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from multiprocessing import Pipe, reduction
from multiprocessing.connection import Connection
from pathlib import Path

from tests.histories.steps import Steps

_ROOT = Path(__file__).parents[2]


class Nursery:
    """Asks that process. What is begun by one nursery is ended by it, at the latest with itself."""

    def __init__(self, control: Connection, end: Callable[[], object]) -> None:
        self._control, self._end = control, end

    @classmethod
    def begin(cls, folder: Path) -> Nursery:
        """A new one, with nothing of any app's.

        :param folder: for its own files
        """
        ours, theirs = Pipe()
        command = [sys.executable, "-m", __name__, str(theirs.fileno()), str(folder)]
        process = subprocess.Popen(command, cwd=_ROOT, pass_fds=[theirs.fileno()])
        theirs.close()
        return cls(ours, process.wait)

    def with_fault(self, fault: str) -> Nursery:
        """A copy of it that has this fault in it (see faults.py), and so has every process of it."""
        pid, control = self._forked("plant", fault)
        return Nursery(control, lambda: self.end(pid))

    def bear(self, root: Path, steps: Steps) -> tuple[int, Connection]:
        """A process that serves the app in this folder: its id, and where it takes commands (see Inside)."""
        return self._forked("bear", root, steps)

    def end(self, pid: int) -> None:
        """End a process, with whatever it started."""
        self._control.send(("end", (pid,)))
        self._control.recv()

    def stop(self) -> None:
        """End it."""
        self._control.close()
        self._end()

    def _forked(self, kind: str, *arguments: object) -> tuple[int, Connection]:
        ours, theirs = Pipe()
        with theirs:
            self._control.send((kind, arguments))
            reduction.send_handle(self._control, theirs.fileno(), None)
        return self._control.recv(), ours


class _Mother:
    """The process itself."""

    def __init__(self, control: Connection) -> None:
        self._control = control
        self._living: set[int] = set()

    def serve(self) -> None:
        """Do what is asked until nobody can ask any more."""
        try:
            while True:
                kind, arguments = self._control.recv()
                self._control.send(getattr(self, kind)(*arguments))
        except EOFError:
            for pid in [*self._living]:
                self.end(pid)

    def bear(self, root: Path, steps: Steps) -> int:
        """A replica's process."""
        from tests.histories import inside

        return self._fork(lambda commands: inside.live(root, steps, commands))

    def plant(self, fault: str) -> int:
        """Another one of us, with a fault."""
        from tests.histories import faults

        def live(control: Connection) -> None:
            with faults.planted(faults.FAULTS[fault]):
                _Mother(control).serve()

        return self._fork(live)

    def end(self, pid: int) -> None:
        """End a child and its group."""
        for end in (os.killpg, os.kill):  # before it leads a group of its own, it is in ours
            with contextlib.suppress(ProcessLookupError):
                end(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        self._living.remove(pid)

    def _fork(self, live: Callable[[Connection], None]) -> int:
        """A child that lives with what was sent along, to its end."""
        handle = reduction.recv_handle(self._control)
        if pid := os.fork():
            os.close(handle)
            self._living.add(pid)
            return pid
        try:
            os.setsid()
            self._control.close()
            live(Connection(handle))
        except BaseException:  # noqa: BLE001  # it must not go on as a copy of its parent
            import traceback

            traceback.print_exc()
        finally:
            os._exit(1)


def main() -> None:
    """Get ready, and serve."""
    from tests.histories import faults, inside

    assert faults, "loaded before the first fork, as all that the processes forget"
    inside.prepare(Path(sys.argv[2]))
    _Mother(Connection(int(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
