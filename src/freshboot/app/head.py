"""Where git's HEAD stands: a commit can change without any file, and code may ask git which one it is."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import NamedTuple

from freshboot.app.files import SETTLED_NS, Signature, signature
from freshboot.app.index import index_path

_TAIL_BYTES = 4096


class Head(NamedTuple):
    """``name`` is what HEAD holds, ``commit`` what that leads to; ``moved`` the last move that the log tells.

    Empty where it cannot be read. The log's entries of resets that move nothing do not count.
    """

    name: str
    commit: str
    moved: str

    def is_other_than(self, before: Head) -> bool:
        """Whether it moved in between, though it may have come back. An emptied log says nothing."""
        there_and_back = self.moved not in ("", before.moved)
        return self[:2] != before[:2] or there_and_back


class Heads:
    """HEAD, read again only where the stat of a file that it was read from changed.

    :param clock: the time of day in nanoseconds, as ``ctime`` has it
    """

    def __init__(self, clock: Callable[[], int] = time.time_ns) -> None:
        self._clock = clock
        self._known = Head("", "", "")
        self._files: dict[str, Signature | None] = {}

    def now(self, root: str) -> Head:
        """HEAD of the checkout in this folder, as it is."""
        files = self._files
        if _git(root) not in files or any(_state(path) != state for path, state in files.items()):
            began, reader = self._clock(), _Reader()
            self._known = reader.head(root)
            settled = all(one is None or one[2] < began - SETTLED_NS for one in reader.files.values())
            self._files = reader.files if settled else {}
        return self._known


def head(root: str) -> Head:
    """HEAD of the checkout in this folder. Nothing else of ``.git`` is read than leads to it."""
    return _Reader().head(root)


class _Reader:
    """Reads HEAD once. ``files``: the state of every file that it was read from, just before."""

    def __init__(self) -> None:
        self.files: dict[str, Signature | None] = {}

    def head(self, root: str) -> Head:
        self._note(_git(root))
        try:
            git = os.path.dirname(index_path(root))
        except OSError:
            return Head("", "", "")
        name = self._text(os.path.join(git, "HEAD")).strip()
        return Head(name, self._commit(git, name), self._last_move(os.path.join(git, "logs", "HEAD")))

    def _commit(self, git: str, name: str) -> str:
        if not name.startswith("ref:"):
            return name
        reference = name.removeprefix("ref:").strip()
        common = os.path.join(git, self._text(os.path.join(git, "commondir")).strip())
        loose = self._text(os.path.join(common, *reference.split("/"))).strip()
        return loose or self._packed(common, reference)

    def _packed(self, common: str, reference: str) -> str:
        """The commit out of ``packed-refs``; where references are kept as tables, the list of those."""
        for line in self._text(os.path.join(common, "packed-refs")).splitlines():
            if line.endswith(f" {reference}"):
                return line.partition(" ")[0]
        return self._text(os.path.join(common, "reftable", "tables.list"))

    def _last_move(self, log: str) -> str:
        for line in reversed(self._tail(log).splitlines()):
            before, _, rest = line.partition(" ")
            if before != rest.partition(" ")[0]:
                return line.partition("\t")[0]
        return ""

    def _tail(self, path: str) -> str:
        """The last whole lines of a file."""
        self._note(path)
        try:
            with open(path, "rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - _TAIL_BYTES))
                data = file.read()
        except OSError:
            return ""
        whole = data if size <= _TAIL_BYTES else data.partition(b"\n")[2]
        return whole.decode("utf-8", "surrogateescape")

    def _text(self, path: str) -> str:
        self._note(path)
        try:
            with open(path, encoding="utf-8", errors="surrogateescape") as file:
                return file.read()
        except (OSError, ValueError):
            return ""

    def _note(self, path: str) -> None:
        self.files[path] = _state(path)


def _git(root: str) -> str:
    return os.path.join(root, ".git")


def _state(path: str) -> Signature | None:
    try:
        return signature(os.stat(path))
    except (OSError, ValueError):
        return None
