"""When this process started, and others."""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone
from typing import NamedTuple

TICK_SECONDS = 0.01
"""How finely Linux tells when a process started."""


def started() -> str:
    """The process's start, ISO 8601 in UTC to the second; where the system does not tell, now."""
    at = time.time() - (age() or 0.0)
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def since_boot() -> float:
    """Seconds since the system started; where the system does not tell, since some other moment."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Process(NamedTuple):
    """A process of this system. ``started``: in seconds since the system did."""

    pid: int
    parent: int
    started: float


def look(pid: int) -> Process | None:
    """What ``/proc/PID/stat`` says (proc_pid_stat(5), fields 3, 4 and 22).

    None if the process has ended, waiting only to be told so, or if the system tells nothing.
    """
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            after_name = stat.read().rpartition(")")[2].split()
        if after_name[0] in "ZX":
            return None
        return Process(pid, int(after_name[1]), int(after_name[19]) / os.sysconf("SC_CLK_TCK"))
    except (OSError, ValueError, IndexError, AttributeError):
        return None


def age() -> float | None:
    """Seconds since this process started."""
    own = look(os.getpid())
    return None if own is None else max(0.0, since_boot() - own.started)
