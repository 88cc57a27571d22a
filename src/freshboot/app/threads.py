"""What other threads are in the middle of: they may run code that is no longer loaded."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import NamedTuple

from freshboot.app import scripts
from freshboot.app.loader import SERIAL
from freshboot.app.places import Places
from freshboot.app.state import State


class Busy(NamedTuple):
    """What runs on other threads: the earliest load or boot among it, and the scripts.

    ``unknown`` are script files under the root whose code was never seen in the script cache.
    """

    since: float
    scripts: tuple[scripts.Script, ...]
    unknown: frozenset[str]


def look(state: State, places: Places) -> Busy:
    """Look at every stack but the caller's."""
    stacks = {thread: list(_frames(top)) for thread, top in sys._current_frames().items()}
    stacks.pop(threading.get_ident(), None)
    # The main thread's __main__ is what launched the server; it runs nothing of a session's.
    main = threading.main_thread().ident
    serials = [_serial(one) for thread, frames in stacks.items() for one in frames if thread != main]
    lines = [one for frames in stacks.values() for one in frames if _is_script(one)]
    scripts.note(state, (one.f_code for one in lines if one.f_code.co_name == "<module>"))
    known = {one: scripts.script_of(state, one) for one in {id(f.f_code): f.f_code for f in lines}.values()}
    unknown = {_under_root(places, code.co_filename) for code, script in known.items() if script is None}
    return Busy(
        since=min((one for one in serials if one is not None), default=float("inf")),
        scripts=tuple({id(script): script for script in known.values() if script is not None}.values()),
        unknown=frozenset(path for path in unknown if path is not None),
    )


def _serial(frame: FrameType) -> int | None:
    """When the code of a frame was loaded, or its script called boot(); None if it is not the app's."""
    return frame.f_globals.get(SERIAL, -1 if _is_script(frame) else None)


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _is_script(frame: FrameType) -> bool:
    return frame.f_globals.get("__name__") == "__main__"


def _under_root(places: Places, file: str) -> str | None:
    return places.relative(os.path.abspath(file)) if os.path.isfile(file) else None
