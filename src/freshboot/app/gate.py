"""Where nothing is loaded yet, or not any more, one session imports alone; the others wait at boot().

They would wait for its imports anyway. But where two threads import a package and a module in it at once,
CPython gives up: measured on 3.10 to 3.13, one import in nine fails with a deadlock error or finds a module
half loaded when twenty threads begin together. After a push all open tabs do.
"""

from __future__ import annotations

import importlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

from freshboot.app.running import script_frames
from freshboot.app.state import State

_PAUSE_SECONDS = 0.005
_QUIET_PAUSES = 4  # so long without an import, and the imports at the script's top are over
_LIMIT_SECONDS = 2.0


def hold(state: State, clock: Callable[[], float] = time.monotonic) -> None:
    """Have others wait while this thread imports what was dropped."""
    state.first_to_import = (threading.get_ident(), clock() + _LIMIT_SECONDS)


def wait(
    state: State,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Wait until the script that goes first has imported what it needs; not long, whatever it does."""
    quiet = 0
    while (first := state.first_to_import) is not None and first[0] != threading.get_ident():
        top = sys._current_frames().get(first[0])
        quiet = 0 if any(import_frames(top)) else quiet + 1
        if not script_frames(top) or quiet > _QUIET_PAUSES or clock() > first[1]:
            state.first_to_import = None
            return
        sleep(_PAUSE_SECONDS)


def import_frames(frame: FrameType | None) -> Iterator[FrameType]:
    """The import system's own frames on a stack, innermost first."""
    file = importlib._bootstrap._find_and_load.__code__.co_filename  # type: ignore[attr-defined]
    while frame is not None:
        if frame.f_code.co_filename == file:
            yield frame
        frame = frame.f_back
