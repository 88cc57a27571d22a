"""When this process started."""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone


def started() -> str:
    """The process's start, ISO 8601 in UTC to the second; where the system does not tell, now."""
    at = time.time() - (_age() or 0.0)
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _age() -> float | None:
    """Seconds since the process started, from ``/proc/self/stat`` (proc_pid_stat(5), field 22)."""
    try:
        with open("/proc/self/stat", encoding="ascii", errors="replace") as stat:
            after_name = stat.read().rpartition(")")[2].split()
        since_boot = int(after_name[19]) / os.sysconf("SC_CLK_TCK")
        return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - since_boot)
    except (OSError, ValueError, IndexError, AttributeError):
        return None
