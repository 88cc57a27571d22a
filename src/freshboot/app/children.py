"""Child processes that may still run old code: forked, or a Python of their own, started before it was lost.

They answer no challenge. They have what was loaded when they began, and may since have loaded more: whatever
changed on disk after their beginning, they may have as it was before. Linux tells of them all; elsewhere only
those of ``multiprocessing`` are known, and not since when, so that in doubt they count as old. What is no
Python (git, a shell) holds no module of the app's, but what it started in turn may.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Collection, Iterator
from typing import NamedTuple

from freshboot.app import family, reading
from freshboot.app.places import Place, Places
from freshboot.app.process import TICK_SECONDS, Process, since_boot
from freshboot.app.state import State
from freshboot.proof import is_importable

_ASIDE = frozenset({".git", "__pycache__", "node_modules"})
_PYTHON = re.compile(r"(python|pypy)[\d.]*[a-z]*\Z")
_HARMLESS = ("multiprocessing.resource_tracker", reading.__file__)  # they run nothing but themselves
_NEVER = float("inf")


class Child(NamedTuple):
    """``started``: in seconds since the system's start; 0 if that is not known."""

    pid: int
    started: float


def children(relatives: Collection[Process] | None = None) -> list[Child]:
    """Those of our live processes that may run the app's code.

    :param relatives: from :func:`freshboot.app.family.family`; our descendants if nothing is given
    """
    if sys.platform == "linux":
        return [
            Child(one.pid, one.started)
            for one in (family.family(None) if relatives is None else relatives)
            if _is_python(one.pid) and not _is_harmless(one.pid)
        ]
    multiprocessing = sys.modules.get("multiprocessing")
    return [Child(one.pid, 0.0) for one in multiprocessing.active_children()] if multiprocessing else []


def oldest_child(state: State, found: Collection[Child]) -> float:
    """When the first of them began, as a serial; infinity if there is none."""
    return min((_serial(state, one.started) for one in found), default=_NEVER)


def may_miss(places: Places, found: Collection[Child]) -> list[str]:
    """The code files under the root, by path from it, that changed after the first of the children began."""
    if not found:
        return []
    began = min(one.started for one in found) - TICK_SECONDS
    now, since = time.time(), since_boot()
    return [
        os.path.relpath(file, places.real_root)
        for file in _code_files(places)
        if since - (now - _changed(file)) > began
    ]


def begin_era(state: State, serial: int) -> None:
    """From now on children begin with this serial at least: what was lost before was lost already."""
    serial = min([serial, *state.visits.values()])
    if state.eras and max(_losses(state), default=0) < state.eras[-1][1]:
        return  # nothing was lost since
    if not _losses(state):
        state.eras.clear()
    if not state.eras or state.eras[-1][1] != serial:
        state.eras.append((since_boot(), serial))


def _losses(state: State) -> list[int]:
    return [*state.lost.values(), *state.lost_scripts.values()]


def _serial(state: State, started: float) -> float:
    """The era that a time lies in."""
    return max((serial for at, serial in state.eras if at <= started + TICK_SECONDS), default=-1)


def _code_files(places: Places) -> Iterator[str]:
    for folder, folders, files in os.walk(places.real_root):
        folders[:] = [
            one for one in folders if one not in _ASIDE and places.of(os.path.join(folder, one)) is Place.ROOT
        ]
        yield from (os.path.join(folder, one) for one in files if is_importable(one))


def _changed(file: str) -> float:
    try:
        return os.lstat(file).st_ctime
    except OSError:
        return 0.0  # gone since it was listed


def _is_python(pid: int) -> bool:
    program = family.executable(pid)
    return program is not None and (
        program == family.executable(os.getpid()) or bool(_PYTHON.match(os.path.basename(program)))
    )


def _is_harmless(pid: int) -> bool:
    """Nor does what has just ended matter, whose command line is gone."""
    words = family.command(pid)
    return not words or any(name in one for name in _HARMLESS for one in words)
