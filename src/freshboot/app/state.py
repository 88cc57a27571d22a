"""What the agent remembers: one object on ``sys``, which outlives the eviction of freshboot's own modules."""

from __future__ import annotations

import itertools
import logging
import os
import secrets
import sys
import threading
import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from freshboot.app.compiled import Comparisons
from freshboot.app.files import FileHashes, Signature
from freshboot.app.head import Heads
from freshboot.app.process import started
from freshboot.app.scans import Scans

if TYPE_CHECKING:
    from freshboot.app.loader import RecordingLoader
    from freshboot.app.places import Places
    from freshboot.app.projects import Copy
    from freshboot.app.results import Snapshot, Straggling
    from freshboot.app.scripts import Script
    from freshboot.app.spaces import Space
    from freshboot.app.standing import Standing

LAYOUT = 4
"""Raised when State, RecordingLoader or the path hook change their form: a process may meet two versions."""

_KEY = "_freshboot"
_LOGGER = logging.getLogger("freshboot")

T = TypeVar("T", bound=Any)


class _Reference(weakref.ref[T]):
    __slots__ = ("key",)
    key: int


class Living(Generic[T]):
    """The objects of a kind that are still alive, by identity.

    A WeakSet compares by content (two code objects of the same source are equal), and cannot be walked while
    another thread adds to it.
    """

    def __init__(self) -> None:
        references: dict[int, _Reference[T]] = {}

        def forget(one: _Reference[T]) -> None:
            references.pop(one.key, None)

        self._references, self._forget = references, forget

    def add(self, one: T) -> None:
        """Remember the object as long as it lives."""
        reference = _Reference(one, self._forget)
        reference.key = id(one)
        self._references[reference.key] = reference

    def __iter__(self) -> Iterator[T]:
        for reference in list(self._references.values()):
            if (one := reference()) is not None:
                yield one


class Loss(NamedTuple):
    """A module that is no longer in ``sys.modules``, by what it ran (None: nobody knows) from which file.

    ``outdated``: what it computed is from files that changed since, though its own may be the same.
    """

    name: str
    file: str
    path: str
    blob: str | None
    outdated: bool = False


class Listing(NamedTuple):
    """What lies in a folder. ``settled``: its state can no longer be that of other names."""

    signature: Signature
    names: frozenset[str]
    settled: bool


class Guard(NamedTuple):
    """Around our own work in the app's run: whatever goes wrong, the app runs on."""

    state: State
    area: str

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if error is None:
            self.state.errors.pop(self.area, None)
        elif isinstance(error, Exception):
            self.state.failed(self.area, error)
            return True
        return False


class State:
    """Everything that is kept between runs.

    ``files``: the files that modules came from; ``tree``: all files under the root. ``places``: the root and
    what lies around it; ``hooked``: the places that the path hook was put in for.

    ``loaders``: every recording loader whose module's namespace is alive. ``loads``: what the loss of each
    loaded module would be, by serial; ``unseen``: the same for modules without a record, by name; ``lost``:
    what is no longer loaded, with the serial of its loss. Who was loaded before may still hold something of
    it. ``tidied``: when the losses were last gone through.

    ``passed``: modules that are none of the app's, each with whether it counts as untagged (0 or 1), and
    ``untagged`` their sum; ``candidates``: the names of the others, and ``source_folders`` where those lie;
    ``identities``: of all modules, when that was found out. ``own``: freshboot's own modules as they were
    checked; ``copies``: the files of the app's among what is installed, and ``copies_of`` the state of the
    environment that they were found in. ``replaced``: loaders of modules that put another object into
    ``sys.modules``. ``ghosts``: those that nobody recorded, dropped, with name and path. ``scripts``: by a
    code object's id.

    ``latest``: each path's script as it was last seen; ``lost_scripts``: what was seen there before.
    ``threads``: when each thread began, and ``visits`` those that run scripts (see freshboot.app.threads).
    ``eras``: with which serial what began at which time (see freshboot.app.children). ``spaces``: the
    namespaces that the app's code runs in, as long as they live.

    ``children``: sub-modules of dropped packages. ``tried``: blob ids of files whose modules were dropped for
    having no record. ``folders``: what the import system last searched. ``clear_due``: results of old code
    or data may still be cached. ``cold``: nobody has imported yet; ``first_to_import``: the thread that
    others wait for, and until when.
    ``imported_ns``: when freshboot was first imported.

    ``basis``: the files as they lay before the caches were last cleared, and all that is loaded was loaded;
    ``next_basis``: the same once the caches are cleared, where that is due. ``noticed``: the files as they
    lay when it was last decided whether anything changed, and ``heads`` reads git's HEAD for it;
    ``restless``: those for which modules were dropped since the last pull; ``retry_at``: when to look again
    after the files could not be looked at; ``clear_again_at``: when to clear again after that failed.
    ``straggling``: threads that may put old results into cleared caches (see freshboot.app.results).
    ``standing``: where the process stood at first, ``standing_due`` whether it is to go back there, and
    ``swapped`` whether another folder took the root's place since (see freshboot.app.standing).
    ``had_pages``: whether there was a folder of pages when Streamlit decided how to look for them.
    ``settings``: Streamlit's as the process began with them, each with where it came from.
    ``made``: the names of modules that a program of the app's made, until others are loaded.
    ``changes``: how often that was so, or code was dropped, since the process began. ``keep``: the names that
    the last boot() was told to keep; ``attempts``: when wrong keys were given (see freshboot.app.insiders).
    ``clearing`` is held by whoever clears the caches.
    ``comparisons``: what is known of Python's cache files, and ``comparing`` the looks at them that run.
    """

    def __init__(self) -> None:
        self.layout = LAYOUT
        self.imported_ns: int = getattr(sys.modules.get("freshboot"), "_imported_ns", 0)
        self.errors: dict[str, str] = {}
        self.files = FileHashes()
        self.tree = FileHashes()
        self.places: Places | None = None
        self.hooked: Places | None = None
        self.clear_due = False
        self.cold = False
        self.first_to_import: tuple[int, float] | None = None
        self.basis: Snapshot | None = None
        self.next_basis: Snapshot | None = None
        self.noticed: Snapshot | None = None
        self.heads = Heads()
        self.restless: set[str] = set()
        self.retry_at = 0.0
        self.clear_again_at = 0.0
        self.straggling: Straggling | None = None
        self.standing: Standing | None = None
        self.standing_due = False
        self.swapped = False
        self.had_pages: bool | None = None
        self.settings: dict[str, tuple[Any, str]] | None = None
        self.made: set[str] = set()
        self.changes = 0
        self.keep: frozenset[str] = frozenset()
        self.attempts: list[float] = []
        self.comparisons = Comparisons()
        self.serials = itertools.count(1)
        self.loaders: Living[RecordingLoader] = Living()
        self.loads: dict[int, Loss] = {}
        self.unseen: dict[str, Loss] = {}
        self.lost: dict[Loss, int] = {}
        self.tidied = 0.0
        self.passed: dict[str, tuple[object, int]] = {}
        self.untagged = 0
        self.candidates: list[str] = []
        self.identities: list[object] = []
        self.source_folders: set[str] = set()
        self.copies: dict[str, Copy] = {}
        self.copies_of: object = None
        self.replaced: dict[str, RecordingLoader] = {}
        self.children: dict[str, frozenset[str]] = {}
        self.own: dict[str, tuple[object, str | None]] = {}
        self.ghosts: list[tuple[weakref.ref[Any], str, str]] = []
        self.tried: dict[str, str | None] = {}
        self.folders: dict[str, Listing] = {}
        self.lost_scripts: dict[Loss, int] = {}
        self.latest: dict[str, Script] = {}
        self.threads: weakref.WeakKeyDictionary[threading.Thread, int] = weakref.WeakKeyDictionary()
        self.visits: dict[int, int] = {}
        self.eras: list[tuple[float, int]] = []
        self.spaces: Living[Space] = Living()
        self.scripts: dict[int, tuple[weakref.ref[Any], Script]] = {}
        self.renew()

    def renew(self) -> None:
        """Begin as another process: a fork shares neither locks nor identity with its parent."""
        self.pid = os.getpid()
        self.boot_id = secrets.token_hex(8)
        self.started = started()
        self.lock = threading.RLock()
        self.clearing = threading.RLock()
        self.scans = Scans()
        self.comparing = Scans()

    def guard(self, area: str) -> Guard:
        """Keep a fault of ours from the app: it is logged once, and told in attestations until it is over."""
        return Guard(self, area)

    def failed(self, area: str, error: Exception) -> None:
        """Remember a fault by its type's name: its message may hold paths or contents."""
        told = f"{area}: {type(error).__name__}"
        if self.errors.get(area) != told:
            self.errors[area] = told
            _LOGGER.warning("freshboot could not do its work (%s); the app runs on", told, exc_info=error)


def state() -> State:
    """The state of this process."""
    found = sys.__dict__.get(_KEY)
    if found is None or getattr(found, "layout", None) != LAYOUT:
        found = _begin(found)
    if found.pid != os.getpid():
        found.renew()
    return found


def _begin(earlier: object) -> State:
    """The first state of this process, or the first of this layout: the process stays the same one."""
    fresh = State()
    fresh.boot_id = getattr(earlier, "boot_id", fresh.boot_id)
    if earlier is None:
        return sys.__dict__.setdefault(_KEY, fresh)  # type: ignore[no-any-return]
    sys.__dict__[_KEY] = fresh
    return fresh
