"""The namespaces that the app's code runs in: a module's, or a script's in one run.

One that is no longer loaded lives on for as long as anybody holds a function, a class or an instance of it.
"""

from __future__ import annotations

import gc
import sys
import typing
import weakref
from collections.abc import Callable
from types import MappingProxyType, ModuleType
from typing import Any

from freshboot.app import holders, sessions
from freshboot.app.state import State

_SPACE = "__freshboot_space__"
_INFINITY = float("inf")
_NOTHING: MappingProxyType[str, Any] = MappingProxyType({})


class Space:
    """Lies in a namespace, and lives and dies with it: a dictionary cannot be held weakly.

    ``since`` is the serial of the first load into it (see freshboot.app.loader); a script's begins anew with
    each boot().
    """

    __slots__ = ("__weakref__", "namespace", "since")

    def __init__(self, namespace: dict[str, Any], since: int) -> None:
        self.namespace = namespace
        self.since = since


def begin(state: State, namespace: dict[str, Any], since: int) -> None:
    """Remember the namespace, and that it holds nothing that was loaded before."""
    space = namespace.get(_SPACE)
    if space is None or space.namespace is not namespace:  # it may be a copy of another's names
        space = namespace[_SPACE] = Space(namespace, since)
        state.spaces.add(space)
    space.since = since


def has_begun(namespace: dict[str, Any]) -> bool:
    """Whether it was remembered already: a script's, that boot() was called in it in this run."""
    return _SPACE in namespace


def oldest(state: State) -> float:
    """When the first began of those that live on though they are not loaded; infinity if none does."""
    loaded = set(map(id, _loaded_namespaces()))
    return min(
        (space.since for space in state.spaces if id(space.namespace) not in loaded), default=_INFINITY
    )


def oldest_held(state: State, before: float) -> float:
    """The same of those that others hold than the state of open sessions: a new session can meet them.

    :param before: only those that began before this serial matter
    """
    if not _old(state, before):
        return _INFINITY
    for cleanup in typing._cleanups:  # type: ignore[attr-defined]  # "Optional[Old]" is remembered there
        cleanup()
    held = _oldest_held(state, before)
    if held < before:
        gc.collect()  # what nobody can reach any more may still lie there, and hold something
        held = _oldest_held(state, before)
    return held


def _oldest_held(state: State, before: float) -> float:
    try:
        held = holders.held(_old(state, before), sessions.states(), _beyond(state, before))
    except holders.TooMany:
        held = [ref() for ref in _old(state, before)]
    return min((space.since for space in held if space is not None), default=_INFINITY)


def _old(state: State, before: float) -> list[weakref.ref[Space]]:
    early = [weakref.ref(space) for space in state.spaces if space.since < before]
    if not early:  # as it is where nothing was lost: all modules need not be looked at
        return []
    loaded = set(map(id, _loaded_namespaces()))
    return [ref for ref in early if (space := ref()) is not None and id(space.namespace) not in loaded]


def _beyond(state: State, before: float) -> Callable[[object], bool]:
    """What is passed by: loaded modules, and classes that none of the old namespaces has defined."""
    names = {ref().namespace.get("__name__") for ref in _old(state, before)}  # type: ignore[union-attr]
    loaded = {id(one) for one in [*sys.modules.copy().values(), *_loaded_namespaces()]}

    def is_beyond(one: object) -> bool:
        if id(one) in loaded:
            return True
        return issubclass(type(one), type) and type.__dict__["__module__"].__get__(one) not in names

    return is_beyond


def _loaded_namespaces() -> list[dict[str, Any]]:
    """Of all modules; without waking a lazy one."""
    modules = sys.modules.copy()
    modules.pop("__main__", None)  # the script that was the last to begin may be an old one
    plain = ModuleType  # most are: no other's __getattribute__ is asked then
    return [
        found
        for one in modules.values()
        if (found := one.__dict__ if type(one) is plain else namespace_of(one))
    ]


def namespace_of(module: object) -> Any:
    """The module's names, without waking a lazy one; an empty mapping if there are none."""
    try:
        namespace = object.__getattribute__(module, "__dict__")
    except AttributeError:
        return _NOTHING
    return namespace if isinstance(namespace, dict) else _NOTHING
