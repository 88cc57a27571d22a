"""After healing, one session imports alone for a moment; the others wait at boot().

They would wait for its imports anyway. But CPython gives up, with a deadlock error or a half-loaded module,
where two threads import the same packages in another order; after a push all open tabs run at once.
"""

from __future__ import annotations

import importlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

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
    """Wait until the thread that goes first has imported what it needs; not long, whatever it does."""
    quiet = 0
    while (first := state.first_to_import) is not None and first[0] != threading.get_ident():
        top = sys._current_frames().get(first[0])
        quiet = 0 if any(import_frames(top)) else quiet + 1
        if top is None or quiet > _QUIET_PAUSES or clock() > first[1]:
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
