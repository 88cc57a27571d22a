"""Files of the repository that would be imported now in the place of a library that is loaded.

A release that adds ``utils.py`` beside the script takes the place of an installed ``utils`` in a new process.
In one that has loaded the other already, the old one stays. What lay there when the process began was passed
over for a reason that a new process has as well: Streamlit, for one, imports much before the app does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder

from freshboot.app.installed import is_new
from freshboot.app.places import Place, Places
from freshboot.app.state import State

_FIRST = frozenset(sys.builtin_module_names)


def shadows(state: State, places: Places) -> Iterator[str]:
    """These files, by path from the root."""
    for name in sorted(_names(places) & state.passed.keys() - _FIRST):
        spec = PathFinder.find_spec(name)
        if spec is None or spec.origin is None or not spec.has_location:
            continue
        path = places.relative(os.path.abspath(spec.origin))
        if path is not None and _is_new(spec.origin):
            yield path


def _names(places: Places) -> set[str]:
    """What may be imported from the folders of the repository that are on the path."""
    folders = {os.path.abspath(one) for one in sys.path}
    return {
        name.partition(".")[0]
        for folder in folders
        if places.of(folder) is Place.ROOT
        for name in _listed(folder)
    }


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _is_new(file: str) -> bool:
    try:
        return is_new(os.stat(file).st_ctime_ns)
    except OSError:
        return False
