"""Programs other than Python that this process started: which of the repository's files they were given.

A shell reads its script once. So a file that a command line names, and that changed since, may still run as
it was.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

from freshboot.app.family import named_by
from freshboot.app.places import Places, is_below
from freshboot.app.process import TICK_SECONDS, Process, since_boot
from freshboot.app.state import State


def outdated(state: State, places: Places, family: Iterable[Process]) -> set[str]:
    """The repository's files, by path from the root, that changed after a process began that names them."""
    return {
        path
        for process in family
        for path in _of_repository(state, places, named_by(process.pid))
        if _age(os.path.join(places.real_root, path)) < since_boot() - process.started + TICK_SECONDS
    }


def _of_repository(state: State, places: Places, files: set[str]) -> set[str]:
    real = {os.path.realpath(one) for one in files}
    paths = {os.path.relpath(one, places.real_root) for one in real if is_below(one, places.real_root)}
    names = state.noticed.names if state.noticed is not None else None
    if names is None:  # any word may look like a path
        return {one for one in paths if os.path.exists(os.path.join(places.real_root, one))}
    return paths & names


def _age(file: str) -> float:
    """Seconds since the file changed; none if it is gone. Folders do not count."""
    try:
        if os.path.isdir(file):
            return float("inf")
        return time.time() - os.lstat(file).st_ctime
    except OSError:
        return 0.0
