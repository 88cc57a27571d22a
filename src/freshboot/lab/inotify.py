"""Which folders another process watches, as Linux tells it."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

_INODE = re.compile(r"^inotify wd:\S+ ino:([0-9a-f]+) ", re.MULTILINE)


def watches(pid: int, folder: Path) -> bool:
    """Whether the process ``pid`` holds an inotify watch on ``folder`` itself.

    False where nothing can be known: on another system, or where Streamlit polls because the watchdog package
    is not installed.
    """
    inode = folder.stat().st_ino
    descriptors = Path(f"/proc/{pid}/fdinfo")
    # The process may end, or close a file, while it is being looked at.
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
        for descriptor in descriptors.iterdir():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                if any(int(found, 16) == inode for found in _INODE.findall(descriptor.read_text())):
                    return True
    return False
