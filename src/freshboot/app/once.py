"""One at a time on this machine, and once for each release: a file in the environment, locked and written."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator

_NAME = ".freshboot-repair"
_MOST_BYTES = 4096


class Busy(RuntimeError):
    """Another process or session is at it. ``pid``: which process, None if it does not say."""

    def __init__(self, pid: int | None) -> None:
        super().__init__(f"process {pid}" if pid else "another process")
        self.pid = pid


class Done(RuntimeError):
    """It was done, or tried, for this release before."""


@contextlib.contextmanager
def once(release: str, folder: str | None = None) -> Iterator[None]:
    """Keep others out while it is done, and remember before it begins that it was done for this release.

    The system gives the lock back when its holder ends, however that ends.

    :param folder: the environment's own unless told otherwise
    :raises Busy: somebody else is at it.
    :raises Done: not again.
    :raises OSError: the environment cannot be written to. (ImportError: this system has no such locks.)
    """
    import fcntl

    path = os.path.join(folder or sys.prefix, _NAME)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with open(descriptor, "r+b") as file:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = _told(file.read(_MOST_BYTES)).get("pid")
            raise Busy(pid if isinstance(pid, int) else None) from None
        if _told(file.read(_MOST_BYTES)).get("release") == release:
            raise Done
        written = {"release": release, "pid": os.getpid(), "at": int(time.time())}
        file.seek(0)
        file.truncate()
        file.write(json.dumps(written).encode())
        file.flush()
        yield


def _told(data: bytes) -> dict[str, object]:
    with contextlib.suppress(ValueError):
        found = json.loads(data)
        if isinstance(found, dict):
            return found
    return {}
