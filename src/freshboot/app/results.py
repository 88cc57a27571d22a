"""The results layer: whether what is cached, and what modules computed, may come from other code or data.

Nobody can see from what a result was computed. But whoever knows how the files lay before the caches were
last cleared and the modules last dropped (the *basis*), and finds them all untouched since, knows that
nothing else was there to compute from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from freshboot.app import around, caches, disk, standing, threads
from freshboot.app.around import Around
from freshboot.app.disk import DiskScan
from freshboot.app.files import Signature
from freshboot.app.index import index_signature, tracked
from freshboot.app.places import Places
from freshboot.app.state import State
from freshboot.proof import Kind, Layer, LayerAnswer, tag, tagged

_PAUSE_SECONDS = 1.0
_RETRY_SECONDS = 10.0
_CLEARING_SECONDS = 10.0  # what is released may hang; then the next one clears, too
_EVERYTHING = "."


class Unseen(RuntimeError):
    """The disk could not be looked at a moment ago, and is not looked at again yet."""


class Snapshot(NamedTuple):
    """The files at one moment; ``serial`` tells which of two is the later.

    ``git`` is the state of git's index just before, None where there is none; ``names`` are the files that
    it named, None where it could not be read; ``around`` what else code may have looked at.
    """

    serial: int
    scan: DiskScan
    git: Signature | None
    names: frozenset[str] | None
    around: Around


class Straggling(NamedTuple):
    """Threads of the app's that began before ``serial`` may put old results into the cleared caches.

    They are looked for again after a pause of so many seconds since ``looked``.
    """

    serial: int
    looked: float
    pause: float


class Told(NamedTuple):
    """What the layer answers: ``stale`` maps a path to its blob id then, None if it was not there.

    ``unrecorded`` are paths of which nothing can be said, with ``.`` for all. ``changed`` tells whether any
    of the repository's own files is stale.
    """

    stale: dict[str, str | None]
    unrecorded: frozenset[str]
    changed: bool = False

    def but(self, unrecorded: Iterable[str]) -> Told:
        """The same, but for these, too, nothing can be said."""
        return self._replace(unrecorded=self.unrecorded.union(unrecorded))

    def answer(self, nonce: str) -> LayerAnswer:
        """The layer's answer to a challenge."""
        kinds = {
            Kind.STALE: [tag(nonce, Layer.RESULTS, path, Kind.STALE.value) for path in self.stale],
            Kind.DATA: [tag(nonce, Layer.RESULTS, path, blob) for path, blob in self.stale.items() if blob],
            Kind.UNRECORDED: [
                tag(nonce, Layer.RESULTS, path, Kind.UNRECORDED.value) for path in self.unrecorded
            ],
        }
        return tagged(kinds)


def take(state: State, places: Places) -> Snapshot:
    """Look at the disk; the index first, so that a pull which ends meanwhile is noticed afterwards.

    :raises disk.TooManyFiles: there are more than an answer can hold.
    """
    serial = next(state.serials)
    index, known = index_signature(places.root), state.noticed
    now = around.look(places.root)
    if known is not None and known.git == index:
        names = known.names
    else:
        names = tracked(places.root, state.tree.object_format)
    scan = state.scans.join(lambda: disk.scan(places.real_root, state.tree, places.environments))
    return Snapshot(serial, scan, index, names, now)


def _take_again(state: State, places: Places, clock: Callable[[], float] = time.monotonic) -> Snapshot:
    """The same in an ordinary run, which must not fail for long each time.

    :raises Unseen: it failed a moment ago.
    """
    if clock() < state.retry_at:
        raise Unseen
    state.retry_at = clock() + _RETRY_SECONDS
    snapshot = take(state, places)
    state.retry_at = 0.0
    return snapshot


def newest(state: State, asked: Snapshot | None) -> Snapshot | None:
    """What a challenge has found, or what another run has found since."""
    known = state.noticed
    return known if asked is not None and known is not None and known.serial > asked.serial else asked


def told(state: State, runtime: Any, now: Snapshot | None) -> Told:
    """What was computed before the files came to lie as they do now."""
    basis = state.basis
    if basis is None or now is None or now.git is None:
        return Told({}, frozenset({_EVERYTHING}))
    stale = {path: basis.scan.blobs.get(path) for path in _changed(basis.scan, now.scan)}
    unrecorded = _unknown(basis, now)
    if now.around.is_other_than(basis.around):
        unrecorded = {_EVERYTHING}
    astray = state.places is not None and standing.is_old(state, state.places)
    if state.clear_due or state.straggling or astray or caches.outlive_clearing(runtime):
        unrecorded = {_EVERYTHING}
    known = basis.names | now.names if basis.names is not None and now.names is not None else None
    changed = bool(stale if known is None else _of_repository(set(stale), known))
    return Told(stale, frozenset(unrecorded), changed)


def changes(state: State, now: Told | None) -> int:
    """How often something changed since the process began; one more while what changed is not healed."""
    return state.changes + bool(now is not None and now.changed)


def _changed(before: DiskScan, now: DiskScan) -> set[str]:
    """The files that were changed, added or deleted; what was not hashed at either time is not known."""
    unknown = before.skipped | now.skipped
    return {
        path
        for path in before.blobs.keys() | now.blobs.keys()
        if before.blobs.get(path) != now.blobs.get(path) and path not in unknown
    }


def _rewritten(before: DiskScan, now: DiskScan) -> set[str]:
    """The files that hold what they held before, but may have held something else in between."""
    return {
        path
        for path, blob in now.blobs.items()
        if before.blobs.get(path) == blob and before.signatures.get(path) != now.signatures.get(path)
    }


def _secrets(before: DiskScan, now: DiskScan) -> set[str]:
    """The files with secrets, which are never read, that were touched."""
    paths = before.excluded.keys() | now.excluded.keys()
    return {path for path in paths if before.excluded.get(path) != now.excluded.get(path)}


def _touched(before: DiskScan, now: DiskScan) -> set[str]:
    return _changed(before, now) | _rewritten(before, now) | _secrets(before, now)


def _unknown(basis: Snapshot, now: Snapshot) -> set[str]:
    """The repository's files of which it is not known whether they changed."""
    skipped = basis.scan.skipped | now.scan.skipped
    paths = _rewritten(basis.scan, now.scan) | _secrets(basis.scan, now.scan) | skipped
    if basis.names is None or now.names is None:
        return {_EVERYTHING} if paths else set()
    return _of_repository(paths, basis.names | now.names)


def _of_repository(paths: set[str], names: frozenset[str]) -> set[str]:
    """Those that the index names, lie in a submodule that it names, or are folders of what it names."""
    if not paths:
        return set()
    folders = {parent for name in names for parent in _parents(name)}
    return {
        path
        for path in paths
        if path in names or path in folders or any(parent in names for parent in _parents(path))
    }


def _parents(path: str) -> Iterable[str]:
    while path := path.rpartition("/")[0]:
        yield path


def noticed(state: State, places: Places, now: Snapshot | None) -> Snapshot | None:
    """The files as they are now, if any of the repository's changed since this was last asked; else None.

    Without a challenge only a pull is noticed, by git's index, which is written when all of its files lie
    there, and by HEAD. A challenge looks at every file anyway, and at what is installed; but what the app
    writes by itself must not empty the caches at each of them.

    :param now: what a challenge has found
    """
    before = state.noticed
    if before is None:
        return None
    moved = state.heads.now(places.root).is_other_than(before.around.head)
    pulled = moved or index_signature(places.root) != before.git
    if not pulled and now is None:
        return None
    now = now or _take_again(state, places)
    if now.around.is_other_than(before.around):
        return now
    paths = _touched(before.scan, now.scan)
    if before.names is not None and now.names is not None:
        paths = _of_repository(paths, before.names | now.names)
    elif not pulled:
        return None
    if paths - (set() if pulled else state.restless):
        return now
    state.noticed = now
    return None


def begin(state: State, places: Places, now: Snapshot | None, *, clears: bool) -> None:
    """Set the first basis of this process. Its caches may hold something already, from before it had us.

    To be called with the state's lock held: nobody may compute anything before.
    """
    snapshot = now or _take_again(state, places)
    if clears:
        caches.clear()
    if clears or caches.are_empty():
        state.basis = state.next_basis = snapshot
    state.noticed = snapshot
    if clears:
        _look_for_stragglers(state, places, time.monotonic())


def renew(state: State, snapshot: Snapshot | None, *, clears: bool, keeps: bool) -> None:
    """Take note that all modules were dropped.

    :param snapshot: the files as they were before; None if they could not be looked at
    :param clears: whether the caches are to be cleared now
    :param keeps: whether modules stay; what they computed is as old as before
    """
    if clears:
        state.clear_due = True
        state.next_basis = state.basis if keeps else snapshot
    if snapshot is None:
        return
    before = state.noticed
    if before is None or before.git != snapshot.git:
        state.restless.clear()
    else:
        state.restless |= _touched(before.scan, snapshot.scan)
    state.noticed = snapshot


def look_after_stragglers(
    state: State,
    places: Places,
    *,
    clears: bool,
    at_once: bool = False,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Let the caches be due once more when those have ended who may have put old results there.

    :param at_once: without waiting for the pause, which spares ordinary runs
    """
    with state.lock:
        straggling = state.straggling
        if straggling is None or not clears:
            return
        if not at_once and clock() < straggling.looked + straggling.pause:
            return
        state.straggling = straggling._replace(looked=clock())
        if threads.oldest_running(state, places) < straggling.serial:
            return
        state.straggling = state.straggling._replace(pause=2 * straggling.pause)
        state.clear_due = True


def clear_if_due(state: State, places: Places, clock: Callable[[], float] = time.monotonic) -> None:
    """Clear the caches if they hold results of old code or data. Whoever comes meanwhile waits for it.

    Not under the state's lock: what is released may run code of the app's.
    """
    failed = state.clear_again_at
    if not state.clear_due or clock() < failed:
        return
    alone = state.clearing.acquire(timeout=_CLEARING_SECONDS)
    try:
        if state.clear_due and state.clear_again_at == failed:  # nobody has done it, or tried to, meanwhile
            _clear(state, places, clock)
    finally:
        if alone:
            state.clearing.release()


def _clear(state: State, places: Places, clock: Callable[[], float]) -> None:
    snapshot = state.next_basis
    try:
        caches.clear()
    except Exception:
        state.clear_again_at = clock() + _RETRY_SECONDS  # half cleared in every run, they would be of no use
        raise
    with state.lock:
        state.basis = snapshot
        state.clear_due = state.next_basis is not snapshot
        _look_for_stragglers(state, places, clock())


def _look_for_stragglers(state: State, places: Places, now: float) -> None:
    """Until it is known that there are none, there may be some."""
    serial = next(state.serials)
    pause = _PAUSE_SECONDS if state.straggling is None else state.straggling.pause
    state.straggling = Straggling(serial, now, pause)
    if threads.oldest_running(state, places) >= serial:
        state.straggling = None
