"""What of the loaded code is old: not what an import would load from the disk now."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Collection, Iterable, Iterator
from importlib.machinery import PathFinder

from freshboot.app.files import SETTLED_NS, Signature, signature
from freshboot.app.loader import RecordingLoader
from freshboot.app.modules import Module, Sort, Survey
from freshboot.app.places import Place, Places
from freshboot.app.state import State

_STAYS = (Sort.OWN, Sort.EXTENSION)


def with_parents(names: Iterable[str]) -> frozenset[str]:
    """These modules and the packages that they lie in."""
    return frozenset(
        ".".join(name.split(".")[:depth]) for name in names for depth in range(1, name.count(".") + 2)
    )


def note_losses(state: State, found: Survey) -> None:
    """Remember which modules left ``sys.modules``, and since when: something may still hold them."""
    current = {id(one.loader) for one in found.modules}
    for loader in state.loaders:
        if id(loader) in current:
            loader.lost_at = None
        elif loader.lost_at is None and not loader.executing:
            loader.lost_at = next(state.serials)


def is_stale(state: State, module: Module) -> bool:
    """Whether the file on disk is not what the module was loaded from."""
    return module.blob is not None and state.files.blob(module.file) != module.blob


def lost_and_stale(state: State) -> list[RecordingLoader]:
    """The modules that were lost but live on, held by somebody, with other code than their files have."""
    lost = (one for one in state.loaders if one.lost_at is not None)
    return [one for one in lost if one.ran and state.files.blob(one.path) != one.ran.blob]


def droppable(found: Survey, keep: Collection[str]) -> list[Module]:
    """The modules that healing drops: all of the app's that can be loaded twice and are not to be kept.

    A package without a file stays with the modules in it that stay: a new one would not know them.
    """
    going = [one for one in found.modules if one.sort not in _STAYS and not one.held and one.name not in keep]
    names = {one.name for one in going}
    staying = with_parents(one.name for one in found.modules if one.name not in names)
    return [one for one in going if one.sort is not Sort.NAMESPACE or one.name not in staying]


def needs_healing(
    state: State, places: Places, found: Survey, keep: Collection[str], *, hooked: bool
) -> bool:
    """Whether old code is loaded that dropping mends.

    :param hooked: the path hook was put in place just now, so that importing again records what it had missed
    """
    candidates = droppable(found, keep)
    if any(one.sort is Sort.RECORDED and _is_old(state, one) for one in candidates):
        return True
    if hooked and any(one.sort is Sort.SOURCE for one in candidates):
        return True
    # Whatever was loaded before another module was lost may hold that one.
    lost = max((one.lost_at or 0 for one in lost_and_stale(state)), default=0)
    if any(one.loader is not None and one.loader.serial < lost for one in candidates):
        return True
    return _folders_changed(state, places, found) and any(map(resolves_elsewhere, candidates))


def resolves_elsewhere(module: Module) -> bool:
    """Whether an import of the name would find another file now: a new file may lie in front of the old."""
    if module.sort is Sort.OTHER or (module.loader is not None and module.loader.name != module.name):
        return False
    parent = module.name.rpartition(".")[0]
    path = getattr(sys.modules.get(parent), "__path__", None) if parent else None
    if parent and path is None:
        return False
    spec = PathFinder.find_spec(module.name, path)
    if spec is None or spec.origin is None or not spec.has_location:
        return False
    return os.path.abspath(spec.origin) != module.file


def _is_old(state: State, module: Module) -> bool:
    loader = module.loader
    if loader is None or loader.executing:
        return False
    if (
        module.blob is None
    ):  # its code failed, or its file cannot be named: dropped once for each file content
        return module.name not in state.tried or state.tried[module.name] != state.files.blob(module.file)
    return is_stale(state, module) or any(one != loader.record for one in loader.earlier)


def _folders_changed(state: State, places: Places, found: Survey) -> bool:
    """Whether files came or went where modules are looked for; what is recent is looked at again."""
    searched = {path for path in sys.path if isinstance(path, str) and places.of(path) is Place.ROOT}
    folders = dict(_signatures(searched | {os.path.dirname(one.file) for one in found.modules if one.file}))
    recently = time.time_ns() - SETTLED_NS
    changed = folders != state.folders or any(ctime > recently for _, _, ctime, _, _ in folders.values())
    state.folders = folders
    return changed


def _signatures(folders: Iterable[str]) -> Iterator[tuple[str, Signature]]:
    for folder in folders:
        try:
            found = signature(os.stat(folder))
        except OSError:
            continue
        yield folder, found
