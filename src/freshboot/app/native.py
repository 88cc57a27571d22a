"""Compiled code that was loaded past the import system, as ``ctypes`` does, and is another file by now.

Linux tells which files a process has mapped, and of which of them nothing is left on disk. A release puts a
new file in place of the old one, whose code runs on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from freshboot.app.places import Place, Places

_MAPS = "/proc/self/maps"
_END = " (deleted)\n"


def replaced(places: Places) -> Iterator[str]:
    """Libraries of the repository, by path from the root, that run though they are gone from their place."""
    for file in set(_deleted()):
        if places.of(os.path.dirname(file)) is Place.ROOT:
            yield places.relative(file) or file


def _deleted() -> Iterator[str]:
    """The files with executable pages that are gone (proc_pid_maps(5)), where the system tells them."""
    try:
        with open(_MAPS, encoding="utf-8", errors="surrogateescape") as maps:
            for line in maps:
                fields = line.removesuffix(_END).split(maxsplit=5) if line.endswith(_END) else ()
                if len(fields) == 6 and "x" in fields[1]:
                    yield fields[5]
    except OSError:
        return
