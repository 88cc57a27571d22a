"""Which threads may still run or hold old code: those in the app's code that began before it was lost.

A thread's beginning is counted in serials, as loads and losses are (``State.serials``). A script's thread
begins anew with every boot(). Any other begins when it is first seen, or, since somebody started it, with the
oldest of the scripts that ran until then.
"""

from __future__ import annotations

import os
import threading

from freshboot.app.places import Place, Places
from freshboot.app.stacks import Stacks, stacks
from freshboot.app.state import State

NOTHING = 2**63
"""The serial of a script that waits inside boot(): it holds nothing yet."""


def register(state: State) -> None:
    """Take note of the threads that there are; to be called before anything is dropped."""
    threads = threading.enumerate()
    fresh = [one for one in threads if one not in state.threads]
    if fresh:
        serial = min([next(state.serials), *state.visits.values()])
        for one in fresh:
            state.threads[one] = serial
    alive = {one.ident for one in threads}
    for ident in [one for one in state.visits if one not in alive]:
        del state.visits[ident]


def mark(state: State, serial: int) -> None:
    """Have the current thread, which runs a script, begin at this serial."""
    state.threads[threading.current_thread()] = serial
    state.visits[threading.get_ident()] = serial


def oldest(state: State, places: Places) -> float:
    """When the first began of the other threads that are in the app's code; infinity if none is."""
    register(state)
    seen = stacks()
    if not seen.whole:
        return -1
    began = {one.ident: serial for one, serial in list(state.threads.items())}
    others = seen.threads.keys() - {threading.get_ident(), threading.main_thread().ident}
    return min((began.get(one, -1) for one in _in_app(seen, places) & others), default=float("inf"))


def _in_app(seen: Stacks, places: Places) -> set[int]:
    """The threads with a frame of the app's; those whose outer frames are not known count, too."""
    files = {frame.file for frames in seen.threads.values() for frame in frames}
    ours = {file for file in files if os.path.isabs(file) and places.of(os.path.dirname(file)) is Place.ROOT}
    in_app = {thread for thread, frames in seen.threads.items() if any(one.file in ours for one in frames)}
    return in_app | seen.deep
