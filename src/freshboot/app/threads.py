"""Who may still run or hold old code: threads in the app's code, child processes, namespaces that live on.

What began before that code was lost may have it. A thread's beginning is counted in serials, as loads and
losses are (``State.serials``). A script's thread begins anew with every boot(). Any other begins when it is
first seen, or, since somebody started it, with the oldest of the scripts that ran until then.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Collection

from freshboot.app import running, spaces
from freshboot.app.children import Child, begin_era, children, oldest_child
from freshboot.app.family import family
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
    """Have the current thread, which runs a script, begin at this serial, and the script's names with it."""
    state.threads[threading.current_thread()] = serial
    state.visits[threading.get_ident()] = serial
    for frame in running.script_frames(sys._getframe()):
        spaces.begin(state, frame.f_globals, serial)
    if serial != NOTHING:
        begin_era(state, serial)


def others_run(state: State, places: Places) -> bool:
    """Whether another thread is in a script's run, past its boot(). Such a thread may outlive the run."""
    register(state)
    begun = {one for one, serial in state.visits.items() if serial != NOTHING} - {threading.get_ident()}
    seen = stacks() if begun else None
    return seen is not None and (not seen.whole or bool(_in_app(seen, places) & begun))


def oldest(state: State, places: Places) -> float:
    """When the first began of all that may hold what was lost since; infinity if there is nothing."""
    return min(oldest_running(state, places), spaces.oldest(state))


def oldest_running(state: State, places: Places, processes: Collection[Child] | None = None) -> float:
    """The same of what is sure to run: other threads that are in the app's code, and child processes.

    :param processes: the latter, if they are known already
    """
    found = children(family(places)) if processes is None else processes
    return min(_oldest_thread(state, places), oldest_child(state, found))


def _oldest_thread(state: State, places: Places) -> float:
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
