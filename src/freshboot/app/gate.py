"""Where nothing is loaded yet, or not any more, one session imports alone; the others wait at boot().

They would wait for its imports anyway. But where two threads import a package and a module in it at once,
CPython gives up: measured on 3.10 to 3.13, one import in nine fails with a deadlock error or finds a module
half loaded when twenty threads begin together. After a push all open tabs do.
"""

from __future__ import annotations

import importlib
import threading
import time
from collections.abc import Callable
from typing import Any

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
        quiet = 0 if imports_of(first[0]) else quiet + 1
        alive = any(one.ident == first[0] for one in threading.enumerate())
        if not alive or quiet > _QUIET_PAUSES or clock() > first[1]:
            state.first_to_import = None
            return
        sleep(_PAUSE_SECONDS)


def imports_of(thread: int) -> list[str]:
    """The modules that a thread is importing: those whose locks it owns."""
    owners = {name: getattr(lock(), "owner", None) for name, lock in module_locks().items()}
    return [name for name, owner in owners.items() if owner == thread]


def module_locks() -> dict[str, Callable[[], Any]]:
    """The import system's locks by module name, as weak references. Private; the same from 3.3 to 3.14."""
    return dict(importlib._bootstrap._module_locks)  # type: ignore[attr-defined]
