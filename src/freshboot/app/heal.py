"""Dropping old modules, so that the next import of each loads the file as it is now.

All of the app's modules go at once: any of them may hold what it imported from another.
"""

from __future__ import annotations

import _imp
import importlib
import linecache
import sys
import threading
import time
import weakref
from collections.abc import Callable, Collection
from types import ModuleType

from freshboot.app import late
from freshboot.app.gate import imports_of, module_locks
from freshboot.app.modules import Module, Sort, survey
from freshboot.app.places import Places
from freshboot.app.stacks import stacks
from freshboot.app.staleness import droppable, lose, outdate_losses
from freshboot.app.state import State

# An import that is under way is waited for this long; a longer one puts healing off to the next run.
_ATTEMPTS = 30
_PAUSE_SECONDS = 0.01
# The innermost functions of a thread that has its module and has given the module's lock back.
_BOOTSTRAP = "<frozen importlib._bootstrap>"
_LEAVING = frozenset({"_find_and_load", "_lock_unlock_module", "_get_module_lock", "__exit__", "cb"})


class Postponed(RuntimeError):
    """Somebody was importing all the time; nothing was dropped."""


def heal(
    state: State,
    places: Places,
    keep: Collection[str],
    sleep: Callable[[float], None] = time.sleep,
    *,
    outdated: bool = False,
) -> int:
    """Drop the app's modules and say how many. To be called with the state's lock held.

    :param keep: names of modules that stay
    :param outdated: what they computed is old, though they themselves may not be
    :raises Postponed: an import did not come to its end in time, or is the caller's own.
    """
    if imports_of(threading.get_ident()):
        raise Postponed
    for _ in range(_ATTEMPTS):
        gone = _drop(state, places, keep)
        if gone is not None:
            break
        sleep(_PAUSE_SECONDS)
    else:
        raise Postponed
    if outdated:
        outdate_losses(state)
    for one, module in gone:
        _remember(state, one, module)
    _forget_files()
    return len(gone)


def _forget_files() -> None:
    """Empty what the standard library remembers of files by their paths alone."""
    importlib.invalidate_caches()  # zip files and metadata, too
    linecache.checkcache()
    if (gettext := sys.modules.get("gettext")) is not None:
        gettext._translations.clear()


def _remember(state: State, one: Module, module: object) -> None:
    if one.loader is not None and one.blob is None:
        state.tried[one.name] = state.files.blob(one.file)
    elif one.sort in (Sort.SOURCE, Sort.OTHER) and isinstance(module, ModuleType):
        state.ghosts[:] = [ghost for ghost in state.ghosts if ghost[0]() is not None]
        state.ghosts.append((weakref.ref(module), one.name, one.path))


def _drop(state: State, places: Places, keep: Collection[str]) -> list[tuple[Module, object]] | None:
    """Take the modules out of ``sys.modules``; None if that would tear an import that is under way.

    Whoever begins to import needs the global import lock for a moment, so nobody can while we hold it. The
    dropped modules are returned, not freed: a destructor could import, and must not do it in here.
    """
    _imp.acquire_lock()
    try:
        if _importing(state):
            return None
        going = droppable(survey(state, places), keep)
        for package, children in _children({one.name for one in going}).items():
            state.children[package] = state.children.get(package, frozenset()) | children
        # Children first: ``import a.b`` that still finds ``a.b`` must still find ``a``.
        going.sort(key=lambda one: one.name, reverse=True)
        gone: list[tuple[Module, object]] = [(one, sys.modules.pop(one.name, None)) for one in going]
        for one in going:
            state.replaced.pop(one.name, None)
            lose(state, one)
            _unbind(state, one.name)
        return gone
    finally:
        _imp.release_lock()


def _importing(state: State) -> bool:
    """Whether any thread is importing what may be a module of the app.

    A module's lock lives as long as somebody imports it, or is about to; names that are known to be none of
    the app's do not matter. Loading a lazy module (importlib.util.LazyLoader) takes no lock.
    """
    names = {name for name, lock in module_locks().items() if lock() is not None}
    return (
        not names <= state.passed.keys()
        or any(loader.executing for loader in state.loaders)
        or _between_two_looks()
    )


def _between_two_looks() -> bool:
    """Whether a thread leaves the import system: ``import a.b`` then looks ``a`` up, without a lock."""
    me = threading.get_ident()
    tops = (frames[0] for thread, frames in stacks().threads.items() if frames and thread != me)
    return any(top.file == _BOOTSTRAP and top.function in _LEAVING for top in tops)


def _children(names: Collection[str]) -> dict[str, frozenset[str]]:
    """The sub-modules of each package that is dropped, or loses one."""
    found: dict[str, set[str]] = {}
    for name in list(sys.modules):
        parent, _, child = name.rpartition(".")
        if parent and (parent in names or name in names):
            found.setdefault(parent, set()).add(child)
    return {parent: frozenset(some) for parent, some in found.items()}


def _unbind(state: State, name: str) -> None:
    """Take a dropped module away from a parent that stays: ``from parent import child`` would find it."""
    parent, _, child = name.rpartition(".")
    package = sys.modules.get(parent) if parent else None
    bound = vars(package).get(child) if package is not None else None
    if package is not None and isinstance(bound, ModuleType) and bound.__name__ == name:
        delattr(package, child)
        late.offer(package, parent, state.children[parent])
