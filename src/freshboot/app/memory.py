"""The memory layer: what runs in this process, and from which bytes."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from freshboot.app import mode, native, programs, results, running, spaces, staleness, threads
from freshboot.app.children import children, may_miss
from freshboot.app.family import family
from freshboot.app.modules import Module, Sort, Survey
from freshboot.app.places import Places
from freshboot.app.results import Told
from freshboot.app.running import Run
from freshboot.app.scripts import Script
from freshboot.app.shadows import shadows
from freshboot.app.state import State
from freshboot.proof import Kind, Layer, LayerAnswer, tag, tagged


class Fact(NamedTuple):
    """One file of the app in memory. ``content`` is a blob id, or the word of a state."""

    kind: Kind
    path: str
    content: str


class Memory(NamedTuple):
    """The facts, and the counts of what has no tag.

    ``untagged``: modules from neither the repository nor an environment. ``lingering``: old modules that were
    dropped or reloaded, and that somebody still holds (a tab that was opened before, or what runs somewhere).
    ``entrypoint``: the path of the script that the server was given. ``changes``: how often files, or what
    was loaded, changed since the process began: who ran before may have left something behind.
    ``loaded_ns``: when the first of the app's modules was loaded, None if none is.
    """

    facts: frozenset[Fact]
    untagged: int
    lingering: int
    entrypoint: str | None = None
    changes: int = 0
    loaded_ns: int | None = None

    def answer(self, nonce: str) -> LayerAnswer:
        """The layer's answer to a challenge."""
        kinds: dict[Kind, list[str]] = {
            kind: [] for kind in (Kind.MODULES, Kind.SCRIPTS, Kind.ENTRYPOINT, Kind.KEPT, Kind.UNRECORDED)
        }
        if self.entrypoint is not None:
            word = Kind.ENTRYPOINT.value
            kinds[Kind.ENTRYPOINT].append(tag(nonce, Layer.MEMORY, self.entrypoint, word))
        for fact in self.facts:
            kinds[fact.kind].append(tag(nonce, Layer.MEMORY, fact.path, fact.content))
        return tagged(kinds, untagged=self.untagged, lingering=self.lingering, changes=self.changes)


def memory(
    state: State, places: Places, found: Survey, live: Iterable[Script], kept: Collection[str]
) -> Memory:
    """What runs now.

    :param live: the scripts that this session and any new one runs
    :param kept: names of modules that healing spares; none where nothing is healed
    """
    relatives = family(places)
    processes = children(relatives)
    since = threads.oldest_running(state, places, processes)
    if state.lost or state.lost_scripts:
        staleness.forget_losses(state, found, min(since, spaces.oldest(state)))
    facts = {
        *(fact for one in found.modules for fact in _module(state, places, one, kept)),
        *(fact for one in live for fact in _script(one)),
        *_held(state, found, since),
        *_ghosts(state, found),
        *(_unrecorded(path) for path in may_miss(places, processes)),
        *(_unrecorded(path) for path in programs.outdated(state, places, relatives)),
        *(_unrecorded(path) for path in shadows(state, places)),
        *(_unrecorded(path) for path in native.replaced(places)),
    }
    return Memory(
        frozenset(facts),
        found.untagged,
        staleness.lingering(state),
        loaded_ns=staleness.oldest_load(found),
    )


def in_server(seen: Memory, state: State, places: Places, run: Run, told: Told | None) -> Memory:
    """The same with what the server and the results add to it."""
    facts = seen.facts
    if mode.is_old(state, run):
        facts |= {_unrecorded(os.path.relpath(os.path.realpath(mode.folder(run)), places.real_root))}
    entrypoint = running.entrypoint_from(run, places.real_root)
    return seen._replace(facts=facts, entrypoint=entrypoint, changes=results.changes(state, told))


def _module(state: State, places: Places, module: Module, kept: Collection[str]) -> Iterator[Fact]:
    for earlier in module.earlier:
        yield Fact(Kind.KEPT, *earlier) if earlier else _unrecorded(module.path)
    if module.sort in (Sort.RECORDED, Sort.NAMESPACE) and staleness.resolves_elsewhere(module):
        yield _unrecorded(module.path or module.name)
    if module.blob is not None:
        stays = module.sort is Sort.OWN or module.name in kept
        old = staleness.is_stale(state, module) and (stays or _looks_fresh(state, places, module))
        yield Fact(Kind.KEPT if old else Kind.MODULES, module.path, module.blob)
    elif module.sort is not Sort.NAMESPACE:
        yield _unrecorded(module.path)


def _looks_fresh(state: State, places: Places, module: Module) -> bool:
    """Whether the bytes are still those of the path they are told under: a link was led elsewhere since."""
    return state.files.blob(os.path.join(places.real_root, module.path)) == module.blob


def _script(script: Script) -> Iterator[Fact]:
    if script.path is not None:
        yield Fact(Kind.SCRIPTS, script.path, script.blob) if script.blob else _unrecorded(script.path)


def _held(state: State, found: Survey, since: float) -> Iterator[Fact]:
    """Old code that somebody may hold whom a new session can meet: who was loaded, or began, before.

    :param since: when the first began of what is sure to run
    """
    modules = staleness.lost_and_stale(state, searched=True)
    scripts = {
        loss: lost_at
        for loss, lost_at in state.lost_scripts.items()
        if loss.outdated or state.files.blob(loss.file) != loss.blob
    }
    newest = max([*modules.values(), *scripts.values()], default=0)
    since = min(since, spaces.oldest_held(state, newest))
    oldest = min([since, *staleness.serials(found.modules)])
    for loss in (
        *(loss for loss, lost_at in modules.items() if oldest < lost_at),
        *(loss for loss, lost_at in scripts.items() if since < lost_at),
    ):
        yield Fact(Kind.KEPT, loss.path, loss.blob) if loss.blob else _unrecorded(loss.path)


def _ghosts(state: State, found: Survey) -> Iterator[Fact]:
    """Modules that nobody recorded, dropped, not imported since, and alive: they may still be called."""
    loaded = {one.name for one in found.modules}
    state.ghosts[:] = [ghost for ghost in state.ghosts if ghost[0]() is not None]
    for _, name, path in state.ghosts:
        if name not in loaded:
            yield _unrecorded(path)


def _unrecorded(path: str) -> Fact:
    return Fact(Kind.UNRECORDED, path, Kind.UNRECORDED.value)
