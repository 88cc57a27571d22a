"""What of the loaded code is old: not what an import would load from the disk now."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib.machinery import PathFinder

from freshboot.app import own
from freshboot.app.files import SETTLED_NS, signature
from freshboot.app.modules import Module, Sort, Survey
from freshboot.app.places import Place, Places
from freshboot.app.state import Listing, Loss, State

_STAYS = (Sort.OWN, Sort.EXTENSION)


def with_parents(names: Iterable[str]) -> frozenset[str]:
    """These modules and the packages that they lie in."""
    return frozenset(
        ".".join(name.split(".")[:depth]) for name in names for depth in range(1, name.count(".") + 2)
    )


def note_losses(state: State, found: Survey) -> None:
    """Remember what left ``sys.modules``, and when: who was loaded before may hold something of it.

    That is more than functions, which would keep their module alive: ``from prices import RATE`` holds a
    number of which nobody can tell where it came from.
    """
    loaders = {one.loader.serial: one.loader for one in found.modules if one.loader is not None}
    if loaders.keys() != state.loads.keys():
        executing = {one.serial for one in state.loaders if one.executing}
        for serial in state.loads.keys() - loaders.keys() - executing:
            _lost(state, state.loads.pop(serial))
        for serial in loaders.keys() - state.loads.keys():
            state.loads[serial] = loaders[serial].loss()
    unseen = {one.name: _loss(one) for one in found.modules if one.file and not one.loader and not one.blob}
    for name in state.unseen.keys() - unseen.keys():
        _lost(state, state.unseen[name])
    state.unseen = unseen


def lose(state: State, module: Module) -> None:
    """Remember that a module was dropped just now."""
    if module.loader is not None:
        state.loads.pop(module.loader.serial, None)
    state.unseen.pop(module.name, None)
    if module.file:
        _lost(state, _loss(module))


def _loss(module: Module) -> Loss:
    return Loss(module.name, module.file, module.path, module.blob)


def _lost(state: State, loss: Loss) -> None:
    state.lost[loss] = next(state.serials)


def outdate_losses(state: State) -> None:
    """Remember that all that was lost, and the names of every script's runs, were computed from old files."""
    for loss, lost_at in list(state.lost.items()):
        old = loss._replace(outdated=True)
        del state.lost[loss]
        state.lost[old] = max(lost_at, state.lost.get(old, 0))
    lost_at = next(state.serials)
    for script in state.latest.values():
        if script.path is not None:
            state.lost_scripts[Loss("", script.file, script.path, script.blob, outdated=True)] = lost_at


def forget_losses(state: State, found: Survey, since: float) -> None:
    """Forget what was lost before anything of what runs was loaded; ``since``: what other threads run."""
    for lost, oldest in (
        (state.lost, min([since, *serials(found.modules)])),
        (state.lost_scripts, since),
    ):
        for loss, lost_at in list(lost.items()):
            if lost_at < oldest:
                lost.pop(loss, None)


def serials(modules: Iterable[Module]) -> Iterator[int]:
    """When the app's modules were loaded."""
    return (one.loader.since for one in modules if one.loader is not None and one.sort is not Sort.OWN)


def oldest_load(found: Survey) -> int | None:
    """When the first of the app's modules was loaded, as ``time.time_ns()``; None if none is.

    Not known, and so 0, where our loader had no part in it.
    """
    ours = (one for one in found.modules if one.file and not own.is_own(one.name))
    return min((one.loader.began_ns if one.loader else 0 for one in ours), default=None)


def is_stale(state: State, module: Module) -> bool:
    """Whether the file on disk is not what the module was loaded from."""
    return module.blob is not None and state.files.blob(module.file) != module.blob


def lost_and_stale(state: State, *, searched: bool) -> dict[Loss, int]:
    """What was lost, of what an import would not load any more, with when.

    :param searched: whether other files are looked for that an import would find now, which takes longer
    """
    return {
        loss: lost_at
        for loss, lost_at in state.lost.items()
        if loss.blob is None
        or loss.outdated
        or state.files.blob(loss.file) != loss.blob
        or (searched and _is_elsewhere(loss.name, loss.file))
    }


def lingering(state: State) -> int:
    """How many old modules are alive though nobody finds them in ``sys.modules``: somebody holds them."""
    gone = (one for one in state.loaders if one.serial not in state.loads and one.ran and not one.executing)
    return sum(one.ran is not None and state.files.blob(one.path) != one.ran.blob for one in gone)


def droppable(found: Survey, keep: Collection[str]) -> list[Module]:
    """The modules that healing drops: all of the app's that can be loaded twice and are not to be kept.

    A package without a file stays with the modules in it that stay: a new one would not know them.
    """
    going = [one for one in found.modules if one.sort not in _STAYS and not one.held and one.name not in keep]
    names = {one.name for one in going}
    staying = with_parents(one.name for one in found.modules if one.name not in names)
    return [one for one in going if one.sort is not Sort.NAMESPACE or one.name not in staying]


def keeps(found: Survey, keep: Collection[str]) -> bool:
    """Whether a module that computed something stays when all others are dropped."""
    return any(one.name in keep and one.file and one.sort not in _STAYS for one in found.modules)


def needs_healing(
    state: State, places: Places, found: Survey, keep: Collection[str], *, hooked: bool
) -> bool:
    """Whether old code is loaded that dropping mends.

    :param hooked: the path hook was put in place just now, so that importing again records what it had missed
    """
    candidates = droppable(found, keep)
    if any(_is_old(state, one) for one in candidates):
        return True
    if hooked and any(one.sort is Sort.SOURCE for one in candidates):
        return True
    changed = _folders_changed(state, places)
    # Whatever was loaded before another module was lost may hold that one.
    lost = lost_and_stale(state, searched=changed)
    if lost and min(serials(candidates), default=float("inf")) < max(lost.values()):
        return True
    return changed and any(map(resolves_elsewhere, candidates))


def resolves_elsewhere(module: Module) -> bool:
    """Whether an import of the name would find another file now: a new file may lie in front of the old."""
    if module.sort is Sort.OTHER or (module.loader is not None and module.loader.name != module.name):
        return False
    return _is_elsewhere(module.name, module.file)


def _is_elsewhere(name: str, file: str) -> bool:
    parent = name.rpartition(".")[0]
    path: Iterable[str] | None = None
    if parent:
        package = os.path.dirname(file)
        own = os.path.dirname(package) if os.path.basename(file) == "__init__.py" else package
        path = getattr(sys.modules.get(parent), "__path__", None) or [own]
    spec = PathFinder.find_spec(name, path)  # type: ignore[arg-type]  # a package's path is any iterable
    if spec is None or spec.origin is None or not spec.has_location:
        return False
    return os.path.abspath(spec.origin) != file


def _is_old(state: State, module: Module) -> bool:
    if module.loader is not None and module.loader.executing:
        return False
    if module.earlier or is_stale(state, module):
        return True
    if module.sort is not Sort.RECORDED or module.blob is not None:
        return False
    # Its code failed, or its file cannot be named: dropping is tried once for each content of the file.
    return module.name not in state.tried or state.tried[module.name] != state.files.blob(module.file)


def _folders_changed(state: State, places: Places) -> bool:
    """Whether files came or went where modules are looked for."""
    searched = {path for path in sys.path if isinstance(path, str) and places.of(path) is Place.ROOT}
    folders = dict(_listings(searched | state.source_folders, state.folders))
    changed = folders != state.folders
    state.folders = folders
    return changed


def _listings(folders: Iterable[str], known: Mapping[str, Listing]) -> Iterator[tuple[str, Listing]]:
    """The folders that there are. One that changed a moment ago may change again and keep its times."""
    recently = time.time_ns() - SETTLED_NS
    for folder in folders:
        try:
            found, before = signature(os.stat(folder)), known.get(folder)
            if before is None or not before.settled or before.signature != found:
                before = Listing(found, frozenset(os.listdir(folder)), found[2] < recently)
        except OSError:
            continue
        yield folder, before
