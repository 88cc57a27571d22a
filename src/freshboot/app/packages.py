"""The packages layer: whether this process's environment meets each line of the dependency files."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

from freshboot.app import conda, copies
from freshboot.app.files import SETTLED_NS, FileHashes
from freshboot.app.installed import Distribution, Folder, Installed, listing
from freshboot.app.places import is_below
from freshboot.app.requirement import ODD, Judge, Judgement, parsed, worse
from freshboot.dependencies import Line, Sense, candidates, lines
from freshboot.dependencies.line import MAX_FILE_BYTES, normal
from freshboot.proof import Kind, Layer, LayerAnswer, is_excluded, tag, tagged

_KINDS = (Kind.SATISFIED, Kind.WRONG, Kind.MISSING, Kind.UNRECORDED)


class _Read(NamedTuple):
    """The lines of a file, and all that was read for them: they hold while that stays the same."""

    contents: dict[str, bytes | None]
    lines: tuple[Line, ...]


class Packages:
    """What is remembered between challenges; nothing of it is trusted when its causes have changed.

    :param clock: the time of day in nanoseconds, as ``ctime`` has it
    """

    def __init__(self, clock: Callable[[], int] = time.time_ns) -> None:
        self._clock = clock
        self._read: dict[tuple[str, str], _Read] = {}
        self._seen: tuple[tuple[Folder, ...], tuple[Folder, ...]] | None = None
        self._records: tuple[Folder, ...] = ()
        self._installed = Installed(())
        self._judged: dict[tuple[Line, ...], dict[Line, Judgement]] = {}
        self._files = FileHashes()

    def kinds(self, root: str, entrypoint: str, loaded_ns: int | None = None) -> dict[Line, Kind]:
        """How each line of each dependency file stands that could win on the host."""
        self._look_around()
        found: dict[Line, Kind] = {}
        for file in candidates(entrypoint):
            if os.path.lexists(os.path.join(root, file)):
                for line, kind in self._file(root, file, loaded_ns).items():
                    found[line] = worse(kind, found.get(line, kind))
        return found

    def _look_around(self) -> None:
        began = self._clock()
        here, records = listing(sys.path), conda.records()
        if (here, records) != self._seen:
            self._installed, self._records, self._judged = Installed(here), records, {}
        # What has just changed may change again and keep its time.
        settled = all(one.changed < began - SETTLED_NS for one in (*here, *records))
        self._seen = (here, records) if settled else None

    def _file(self, root: str, file: str, loaded_ns: int | None) -> dict[Line, Kind]:
        asked = self._lines(root, file)
        judged = self._judged.get(asked)
        if judged is None:
            judged = self._judged[asked] = self._judge(root, asked)
        found = {}
        for line, judgement in judged.items():
            if line.sense is Sense.LOCAL:
                judgement = copies.judge(root, line, self._installed, self._files)
            others = (one for one in judgement.used if _is_other(one, loaded_ns))
            in_doubt = judgement.kind is not Kind.MISSING and any(others)
            found[line] = Kind.UNRECORDED if in_doubt else judgement.kind
        return found

    def _judge(self, root: str, asked: tuple[Line, ...]) -> dict[Line, Judgement]:
        direct = frozenset(name for line in asked for name in self._asked_by_place(root, line))
        judge = Judge(self._installed, self._records, direct)
        return {line: judge.line(line) for line in asked}

    def _asked_by_place(self, root: str, line: Line) -> set[str]:
        """The names of what the line asks for by URL or by path."""
        try:
            if line.sense is Sense.LOCAL:
                return {one.key for one in self._installed.from_source(copies.sources(root, line))}
            if line.sense is Sense.REQUIREMENT and parsed(line.asked).url:
                return {normal(parsed(line.asked).name)}
        except ODD:  # the line itself is then unrecorded
            pass
        return set()

    def _lines(self, root: str, file: str) -> tuple[Line, ...]:
        known = self._read.get((root, file))
        if known and all(content(root, path) == data for path, data in known.contents.items()):
            return known.lines
        contents: dict[str, bytes | None] = {}

        def read(path: str) -> bytes | None:
            if path not in contents:
                contents[path] = content(root, path)
            return contents[path]

        fresh = self._read[root, file] = _Read(contents, lines(read, file))
        return fresh.lines


_PACKAGES = Packages()


def answer(root: str, entrypoint: str, nonce: str, loaded_ns: int | None = None) -> LayerAnswer:
    """The layer's answer to a challenge.

    Which file wins is for the verifier to say: all that lie there are answered for.

    :param entrypoint: its path from the root
    :param loaded_ns: when the first of the app's modules was loaded, None if none is
    """
    tags: dict[Kind, list[str]] = {kind: [] for kind in _KINDS}
    for line, kind in kinds(root, entrypoint, loaded_ns).items():
        tags[kind].append(tag(nonce, Layer.PACKAGES, line.file, line.text))
    return tagged(tags)


def kinds(root: str, entrypoint: str, loaded_ns: int | None = None) -> dict[Line, Kind]:
    """How each line of each dependency file stands that could win on the host; as in :func:`answer`."""
    return _PACKAGES.kinds(root, entrypoint, loaded_ns)


def _is_other(distribution: Distribution, loaded_ns: int | None) -> bool:
    try:
        return distribution.is_other_in_memory(loaded_ns)
    except ODD:
        return True


def content(root: str, path: str) -> bytes | None:
    """A file of the repository; none for secrets, git's own files, and what a link leads out to."""
    top = os.path.realpath(root)
    real = os.path.realpath(os.path.join(root, path))
    inner = os.path.relpath(real, top)
    if not is_below(real, top) or is_excluded(path) or is_excluded(inner) or ".git" in inner.split(os.sep):
        return None
    try:
        descriptor = os.open(real, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError):
        return None
    with open(descriptor, "rb") as file:
        regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
        return file.read(MAX_FILE_BYTES + 1) if regular else None
