"""The files that hold the app's code, whether it is loaded or not: those that git's index names, else all."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from typing import NamedTuple

from freshboot.app.files import SETTLED_NS, Signature, signature
from freshboot.app.index import index_path, index_signature, tracked
from freshboot.app.places import Place, Places
from freshboot.proof import is_importable

_ASIDE = frozenset({".git", "__pycache__", "node_modules"})


class _Known(NamedTuple):
    """A list of files, and the states of what it was read from: it holds while those stay as they are.

    ``settled``: such a state can no longer be that of another list.
    """

    names: tuple[str, ...]
    read: dict[str, Signature]
    settled: bool = True


_KNOWN: dict[str, _Known] = {}


def sources(places: Places, object_format: str) -> tuple[str, ...]:
    """Their paths from the root. Read again only where the index, or a folder, has changed."""
    known = _KNOWN.get(places.real_root)
    if known is None or not known.settled or any(_state(path) != was for path, was in known.read.items()):
        known = _KNOWN[places.real_root] = _read(places, object_format)
    return known.names


def below(places: Places, folder: str) -> tuple[str, ...]:
    """The files with code in a folder of anybody's, as absolute paths."""
    return tuple(_walk(places, os.path.abspath(folder), {}))


def _read(places: Places, object_format: str) -> _Known:
    index = index_signature(places.root)
    names = tracked(places.root, object_format) if index is not None else None
    if index is not None and names is not None:
        return _Known(tuple(filter(is_importable, names)), {index_path(places.root): index})
    began, folders = time.time_ns(), dict[str, Signature]()
    found = [os.path.relpath(one, places.real_root) for one in _walk(places, places.real_root, folders)]
    return _Known(tuple(found), folders, all(one[2] < began - SETTLED_NS for one in folders.values()))


def _walk(places: Places, top: str, folders: dict[str, Signature]) -> Iterator[str]:
    """Note the state of every folder before it is read. No link is followed."""
    inside = places.of(top) is Place.ROOT
    pending = [top]
    while pending:
        folder = pending.pop()
        if (before := _state(folder)) is None:
            continue
        folders[folder] = before
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for one in entries:
                if one.is_dir(follow_symlinks=False):
                    if one.name not in _ASIDE and (not inside or places.of(one.path) is Place.ROOT):
                        pending.append(one.path)
                elif is_importable(one.name):
                    yield one.path


def _state(path: str) -> Signature | None:
    try:
        return signature(os.stat(path))
    except (OSError, ValueError):
        return None
