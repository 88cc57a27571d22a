"""Where git's HEAD stands: a commit can change without any file, and code may ask git which one it is."""

from __future__ import annotations

import os
from typing import NamedTuple

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


def head(root: str) -> Head:
    """HEAD of the checkout in this folder. Nothing else of ``.git`` is read than leads to it."""
    try:
        git = os.path.dirname(index_path(root))
    except OSError:
        return Head("", "", "")
    name = _text(os.path.join(git, "HEAD")).strip()
    return Head(name, _commit(git, name), _last_move(os.path.join(git, "logs", "HEAD")))


def _commit(git: str, name: str) -> str:
    if not name.startswith("ref:"):
        return name
    reference = name.removeprefix("ref:").strip()
    common = os.path.join(git, _text(os.path.join(git, "commondir")).strip())
    loose = _text(os.path.join(common, *reference.split("/"))).strip()
    return loose or _packed(common, reference)


def _packed(common: str, reference: str) -> str:
    """The commit out of ``packed-refs``; where references are kept as tables, the list of those."""
    for line in _text(os.path.join(common, "packed-refs")).splitlines():
        if line.endswith(f" {reference}"):
            return line.partition(" ")[0]
    return _text(os.path.join(common, "reftable", "tables.list"))


def _last_move(log: str) -> str:
    for line in reversed(_tail(log).splitlines()):
        before, _, rest = line.partition(" ")
        if before != rest.partition(" ")[0]:
            return line.partition("\t")[0]
    return ""


def _tail(path: str) -> str:
    """The last whole lines of a file."""
    try:
        with open(path, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL_BYTES))
            data = file.read()
    except OSError:
        return ""
    whole = data if size <= _TAIL_BYTES else data.partition(b"\n")[2]
    return whole.decode("utf-8", "surrogateescape")


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except (OSError, ValueError):
        return ""
