"""Lines that are added to files and taken out of them again, with every other byte as it was."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection

from freshboot.stamp.comment import MADE, NOTE, line_ending

_LINES = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_SIGNED = re.compile(rb"#[^\r\n]*(?:%s|%s)[ \t]*(?:\r\n|\r|\n)?\Z" % (re.escape(NOTE), re.escape(MADE)))
_ENDS = (b"\r", b"\n")


def split(data: bytes) -> list[bytes]:
    """The lines with their endings, without a byte order mark."""
    return _LINES.findall(data[len(_mark(data)) :])


def is_signed(line: bytes) -> bool:
    """Whether a line ends with init's note."""
    return _SIGNED.search(line) is not None


def note(words: str) -> bytes:
    """The comment that a line ends with."""
    return b"  # %s %s" % (words.encode(), NOTE)


def insert(data: bytes, number: int, line: bytes) -> bytes:
    """Put a line before the one of that number (the first is 0), with the file's own line ending."""
    lines, ending = split(data), line_ending(data)
    if number >= len(lines) and lines and not lines[-1].endswith(_ENDS):
        lines += [ending + line]
    else:
        lines[number:number] = [line + ending]
    return _mark(data) + b"".join(lines)


def drop(data: bytes, numbers: Collection[int]) -> bytes:
    """Take lines out.

    With a last line that has no ending goes the ending before it: it came with the line.
    """
    lines = split(data)
    kept = b"".join(line for number, line in enumerate(lines) if number not in numbers)
    if lines and len(lines) - 1 in numbers and not lines[-1].endswith(_ENDS):
        kept = re.sub(rb"(?:\r\n|\r|\n)\Z", b"", kept)
    return _mark(data) + kept


def drop_signed(data: bytes) -> bytes:
    """Take out every line that ends with init's note."""
    return drop(data, {number for number, line in enumerate(split(data)) if is_signed(line)})


def _mark(data: bytes) -> bytes:
    return codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
