"""What an app imports: two lines make a Streamlit app say what it runs, and drop old code by itself.

::

    import freshboot; freshboot.boot()     # before every other import, in the entrypoint and in each page
    freshboot.badge()                      # where the version badge should show
"""

from __future__ import annotations

import contextlib
import importlib
import time

_imported_ns = time.time_ns()  # what of ours was loaded has not changed since, if its file is older than this

TYPE_CHECKING = False  # the type checker takes it for true; importing typing would cost more than all of this
if TYPE_CHECKING:
    from freshboot.app.badge import badge as badge
    from freshboot.app.boot import boot as boot
    from freshboot.app.cache_key import cache_key as cache_key
    from freshboot.app.diagnostics import diagnostics as diagnostics
    from freshboot.app.panel import panel as panel
    from freshboot.app.repair import repair_environment as repair_environment
    from freshboot.app.route import route as route

    __version__: str

__all__ = ["__version__", "badge", "boot", "cache_key", "diagnostics", "panel", "repair_environment", "route"]

_HOME = {
    "badge": "freshboot.app.badge",
    "boot": "freshboot.app.boot",
    "cache_key": "freshboot.app.cache_key",
    "diagnostics": "freshboot.app.diagnostics",
    "panel": "freshboot.app.panel",
    "repair_environment": "freshboot.app.repair",
    "route": "freshboot.app.route",
    "__version__": "freshboot.app.versions",
}
_ATTEMPTS = 5


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(_load(_HOME[name]), name)
    globals()[name] = value
    return value


def _load(module: str) -> object:
    """Import a part of freshboot, again if Streamlit's file watcher evicts modules at the same time.

    To 1.57 it does so from a thread of its own; CPython's import then fails with a bare KeyError.
    """
    for _ in range(_ATTEMPTS - 1):
        with contextlib.suppress(KeyError):
            return importlib.import_module(module)
    return importlib.import_module(module)
