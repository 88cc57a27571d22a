"""A mark: a place that a stamp is written into. One file for each kind; this is what they have in common."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Protocol

from freshboot.errors import FreshbootError
from freshboot.stamp.stamp import Stamp

# A file's bytes by its path relative to the root, with "/"; None if there is no such file.
Read = Callable[[str], "bytes | None"]

# UTF-32's little-endian mark begins with UTF-16's: the longer ones come first.
_WIDE = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


class MarkRefused(FreshbootError):
    """A stamp cannot be placed, or not without changing more than the mark."""

    def __init__(self, path: str, mark: str, reason: str, remedy: str, line: int | None = None) -> None:
        where = path if line is None else f"{path}:{line}"
        super().__init__(f"{where}: cannot stamp the {mark}: {reason}", remedy)
        self.path = path
        self.line = line


class Mark(Protocol):
    """One mark in one file. Its methods are pure; ``data`` is None where there is no file."""

    @property
    def path(self) -> str:
        """The file, relative to the root, with ``/``."""

    @property
    def name(self) -> str:
        """What the mark is called in messages."""

    def value(self, data: bytes | None) -> str | None:
        """What stands in the mark now, be it a stamp or not; None if the mark is not there.

        :raises MarkRefused: it cannot be told, since the mark is there twice or the file cannot be read.
        """

    def place(self, data: bytes | None, stamp: Stamp) -> bytes:
        """The file with the stamp in the mark, and every other byte as it was.

        :raises MarkRefused: there is no place for it.
        """

    def verify(self, before: bytes | None, after: bytes) -> None:
        """Hold two versions of the file against each other with the eyes of whoever reads it.

        :raises MarkRefused: they mean something else.
        """


def stamped(mark: Mark, data: bytes | None, stamp: Stamp) -> bytes:
    """Place a stamp, and make sure that it can be read back and nothing else has changed.

    :raises MarkRefused: that is not so.
    """
    after = mark.place(data, stamp)
    mark.verify(data, after)
    if mark.value(after) != str(stamp):
        raise MarkRefused(
            mark.path,
            mark.name,
            "the stamp cannot be read back",
            "save the file as UTF-8, or leave this mark out",
        )
    return after


def refuse_wide(mark: Mark, data: bytes) -> None:
    """Refuse what is not text with one byte for each ASCII character.

    :raises MarkRefused: the file is UTF-16 or UTF-32, or has NUL bytes.
    """
    for bom, encoding in _WIDE:
        if data.startswith(bom):
            raise MarkRefused(mark.path, mark.name, f"the file is {encoding}", "save it as UTF-8")
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise MarkRefused(mark.path, mark.name, "the file has NUL bytes", "save it as plain UTF-8 text", line)
