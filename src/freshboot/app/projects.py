"""Which file of the repository an installed module is a copy of.

A distribution that was installed from a folder (an app that lists ``.``, ``pip install .`` in an image) lies
in ``site-packages`` as a copy. It is the app's code nevertheless. One that came from an index, or from a
repository at a commit, is told of with the packages.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from freshboot.app import installed
from freshboot.app.installed import Distribution
from freshboot.app.places import Place, Places, is_below
from freshboot.app.state import State

_LAYOUTS = ("", "src", "lib")
_CODE = (".py", ".so", ".pyd")


class Copy(NamedTuple):
    """An installed file of the app's: its original's path from the root, and whether that lies there."""

    path: str
    known: bool


def refresh(state: State, places: Places) -> None:
    """Find the copies of the app's files, if something was installed since the last time."""
    others = [one for one in sys.path if places.of(os.path.abspath(one)) is not Place.ROOT]
    environment = (places.real_root, *((one, _changed(one)) for one in others))
    if state.copies_of != environment:
        state.copies = dict(_copies(places))
        state.copies_of = environment


def _changed(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns
    except (OSError, ValueError):
        return 0


def _copies(places: Places) -> Iterator[tuple[str, Copy]]:
    bases = {os.path.realpath(one or os.curdir): one or os.curdir for one in reversed(sys.path)}
    for folder in installed.listing(sys.path):
        one = Distribution(folder)
        # Anything may be wrong in there; the layer of the packages says so.
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError):
            if not _is_copied(one):
                continue
            for path in one.files or ():
                if path.endswith(_CODE):
                    copy = _original(places, one.source, path)
                    yield os.path.join(folder.base, path), copy
                    yield os.path.join(os.path.abspath(bases[folder.base]), path), copy


def _is_copied(one: Distribution) -> bool:
    """Whether it came from a folder. conda's were built in one, too, and came from an index nevertheless."""
    told = (one.direct or {}).get("dir_info")
    return isinstance(told, Mapping) and told.get("editable") is not True and one.tells_its_source


def _original(places: Places, source: str | None, path: str) -> Copy:
    """Where the repository has it; if the project's folder is none of the repository's, from its root."""
    inside = source if source is not None and is_below(source, places.real_root) else places.real_root
    there = [os.path.join(inside, layout, path) for layout in _LAYOUTS]
    for file in there:
        if os.path.isfile(file) and places.of(os.path.dirname(file)) is Place.ROOT:
            return Copy(places.relative(file) or path, known=True)
    return Copy(os.path.relpath(there[0], places.real_root), known=False)
