"""The path hook: every folder of the repository gets a finder that hands out recording loaders."""

from __future__ import annotations

import os
import sys
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourcelessFileLoader,
)

from freshboot.app.loader import RecordingLoader
from freshboot.app.places import Place, Places
from freshboot.app.state import LAYOUT, state


def install() -> bool:
    """Put the hook before all others, for the root as it is now; tell whether that was needed.

    What was imported before it is unrecorded.
    """
    remembered = state()
    if remembered.hooked is remembered.places and any(_layout(one) == LAYOUT for one in sys.path_hooks):
        return False
    sys.path_hooks[:] = [one for one in sys.path_hooks if _layout(one) is None]
    sys.path_hooks.insert(0, finder)
    forget_finders()
    remembered.hooked = remembered.places
    return True


def forget_finders() -> None:
    """Have the import system ask the hooks again for every folder of the repository."""
    places = state().places
    for folder in list(sys.path_importer_cache):
        if places is not None and _covers(places, folder):
            sys.path_importer_cache.pop(folder, None)


def finder(path: str) -> FileFinder:
    """The hook itself, as ``sys.path_hooks`` has it.

    :raises ImportError: the path is no folder of the repository; another hook may take it.
    """
    places = state().places
    if places is None or not _covers(places, path) or not os.path.isdir(path or "."):
        raise ImportError("not of the repository", path=path)
    return FileFinder(
        path,
        (ExtensionFileLoader, EXTENSION_SUFFIXES),
        (RecordingLoader, SOURCE_SUFFIXES),
        (SourcelessFileLoader, BYTECODE_SUFFIXES),
    )


finder.freshboot_layout = LAYOUT  # type: ignore[attr-defined]


def _covers(places: Places, path: object) -> bool:
    try:
        return isinstance(path, str) and places.of(os.path.abspath(path)) is Place.ROOT
    except (OSError, ValueError):
        return False


def _layout(hook: object) -> object:
    return getattr(hook, "freshboot_layout", None)
