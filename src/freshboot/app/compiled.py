"""The bytecode layer: whether Python's own cache files hold what their sources compile to.

Python takes a cache file for a source by time and size, or unseen: where a source was replaced and keeps
both, it runs the old code. Our loader does not; whatever is loaded without it does, now or after a restart.
"""

from __future__ import annotations

import _imp
import importlib.util
import marshal
import os
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import CodeType
from typing import NamedTuple

from freshboot.app.bytecode import cache_path
from freshboot.app.codes import fingerprint
from freshboot.app.files import SETTLED_NS, Signature, signature
from freshboot.app.running import compile_plainly
from freshboot.proof import Kind, Layer, LayerAnswer, is_excluded, tag, tagged

# Compiling holds everybody up; what does not fit is skipped, and the next look gets further.
BUDGET_SECONDS = 0.5

_HEADER_BYTES = 16
_STAT = struct.Struct("<II")
_HASHED, _CHECKED = 0b01, 0b10
_States = tuple[Signature, Signature]
_NOT_COMPILED = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass
class Compared:
    """What one look found, by the sources' paths from the root.

    ``stale`` leads to the cache files that hold other code. ``skipped`` could not be compared. ``checked``
    counts all that were.
    """

    stale: dict[str, list[Pair]] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    checked: int = 0

    def count(self, pair: Pair, stale: bool | None) -> None:
        """Take note of one comparison; None: Python would not take the cache file."""
        self.checked += stale is not None
        if stale:
            self.stale.setdefault(pair.path, []).append(pair)

    def answer(self, nonce: str) -> LayerAnswer:
        """The layer's answer to a challenge."""
        kinds = {
            Kind.STALE: [tag(nonce, Layer.BYTECODE, path, Kind.STALE.value) for path in self.stale],
            Kind.SKIPPED: [tag(nonce, Layer.BYTECODE, path, Kind.SKIPPED.value) for path in self.skipped],
        }
        return tagged(kinds, checked=self.checked)


class Pair(NamedTuple):
    """A source and its cache file, each with the state that it was in."""

    path: str
    file: str
    cached: str
    states: _States


class Comparisons:
    """Compares cache files with their sources, again only where the stat of one of the two changed.

    :param clock: seconds, for the budget
    :param now: the time of day in nanoseconds, as ``ctime`` has it
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, now: Callable[[], int] = time.time_ns
    ) -> None:
        self._clock = clock
        self._now = now
        self._known: dict[str, tuple[_States, bool | None]] = {}

    def compare(self, roots: Iterable[str], paths: Iterable[str]) -> Compared:
        """Look at the cache files of all sources among these paths, which count from each of the roots."""
        found, began = Compared(), self._now()
        before, self._known = self._known, {}
        fresh = []
        for pair in _pairs(roots, paths):
            known = before.get(pair.cached)
            if known is not None and known[0] == pair.states:
                self._known[pair.cached] = known
                found.count(pair, known[1])
            else:
                fresh.append(pair)
        for pair, stale in self._compare(found, fresh):
            found.count(pair, stale)
            if max(ctime for _, _, ctime, _, _ in pair.states) < began - SETTLED_NS:
                self._known[pair.cached] = pair.states, stale
        return found

    def _compare(self, found: Compared, pairs: Iterable[Pair]) -> Iterator[tuple[Pair, bool | None]]:
        """Each pair, and whether the cache file is stale; None where Python would not take it."""
        ends, compared = self._clock() + BUDGET_SECONDS, 0
        taken = []
        for pair in pairs:
            if any(is_excluded(os.path.realpath(path)) for path in (pair.file, pair.cached)):
                found.skipped.add(pair.path)  # a link that leads to a secret
                continue
            try:
                data, source = _read(pair.cached), _read(pair.file)
            except FileNotFoundError:
                continue
            except OSError:
                found.skipped.add(pair.path)
                continue
            if _is_taken(data, source, pair.states[0]):
                taken.append((pair, data, source))
            else:
                yield pair, None
        # What Python takes unseen or by its time comes first: that is how cache files get stale.
        for pair, data, source in sorted(taken, key=lambda one: _flags(one[1])):
            if compared and self._clock() > ends:
                found.skipped.add(pair.path)
                continue
            compared += 1
            try:
                yield pair, _is_stale(data, source, pair.file)
            except _NOT_COMPILED:
                found.skipped.add(pair.path)


def _pairs(roots: Iterable[str], paths: Iterable[str]) -> Iterator[Pair]:
    """The sources that have a cache file where this interpreter looks for it."""
    sources = [path for path in paths if path.endswith(".py")]
    for root in roots:
        for path in sources:
            file = os.path.join(root, path)
            if (cached := cache_path(file)) is None:
                return
            try:
                yield Pair(path, file, cached, (signature(os.stat(file)), signature(os.stat(cached))))
            except OSError:
                continue


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _flags(data: bytes) -> int:
    return int.from_bytes(data[4:8], "little")


def _is_taken(data: bytes, source: bytes, state: Signature) -> bool:
    """Whether Python would run this cache file for the source, as ``SourceLoader.get_code`` decides it."""
    flags = _flags(data)
    if len(data) < _HEADER_BYTES or data[:4] != importlib.util.MAGIC_NUMBER or flags & ~0b11:
        return False
    if flags & _HASHED:
        asked = _imp.check_hash_based_pycs
        checked = asked != "never" and (flags & _CHECKED or asked == "always")
        return not checked or data[8:16] == importlib.util.source_hash(source)
    _, _, _, mtime_ns, size = state
    return data[8:16] == _STAT.pack(int(mtime_ns / 1e9) & 0xFFFFFFFF, size & 0xFFFFFFFF)


def _is_stale(data: bytes, source: bytes, file: str) -> bool:
    """Whether the cached code is not the source's.

    :raises SyntaxError: the source is no Python, or another of _NOT_COMPILED.
    """
    code = compile_plainly(source, file)
    try:
        cached = marshal.loads(memoryview(data)[_HEADER_BYTES:])  # noqa: S302  # as the import system does
    except (ValueError, EOFError, TypeError):
        return True
    return not isinstance(cached, CodeType) or fingerprint(cached) != fingerprint(code)


def remove(found: Compared) -> int:
    """Delete the stale cache files, and say how many: Python makes them anew.

    :raises OSError: one could not be deleted.
    """
    pairs = [pair for some in found.stale.values() for pair in some]
    for pair in pairs:
        if signature(os.stat(pair.cached)) == pair.states[1]:
            os.remove(pair.cached)
    return len(pairs)
