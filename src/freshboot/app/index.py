"""git's index: the list of the files that are checked out, written when all of them lie there.

Its stat tells that a pull came to its end; its names, which files are the repository's.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator

from freshboot.app.files import Signature, signature

_HEADER = struct.Struct(">4sII")
_EXTENSION = struct.Struct(">4sI")
_ENTRY_BYTES = 40  # times, device, inode, mode, owner and size of each file, before its blob id
_ID_BYTES = {"sha1": 20, "sha256": 32}
_LONG, _EXTENDED = 0xFFF, 0x4000
# Extensions by which an index is not complete by itself: the rest lies in another file, or in folders' trees.
_ELSEWHERE = frozenset({b"link", b"sdir"})


def index_path(root: str) -> str:
    """Where the index of the checkout in this folder lies; ``.git`` may be a file that points to a folder."""
    git = os.path.join(root, ".git")
    if os.path.isfile(git):
        with open(git, encoding="utf-8", errors="surrogateescape") as pointer:
            git = os.path.join(root, pointer.read().partition("gitdir:")[2].strip())
    return os.path.join(git, "index")


def index_signature(root: str) -> Signature | None:
    """The state of the index; None if there is none, and so nobody can tell when a pull was over."""
    try:
        return signature(os.stat(index_path(root)))
    except (OSError, ValueError):
        return None


def tracked(root: str, object_format: str) -> frozenset[str] | None:
    """The files that the index names, by path from the root; None if it cannot be read in full."""
    try:
        with open(index_path(root), "rb") as index:
            return names(index.read(), _ID_BYTES[object_format])
    except (OSError, ValueError, struct.error, IndexError):
        return None


def names(data: bytes, id_bytes: int) -> frozenset[str]:
    """The names in an index of version 2, 3 or 4.

    :raises ValueError: it is none, or it is not complete by itself. (Cut off: also IndexError, struct.error.)
    """
    magic, version, count = _HEADER.unpack_from(data)
    if magic != b"DIRC" or version not in (2, 3, 4):
        raise ValueError("not an index that is known")
    found = []
    at, name = _HEADER.size, b""
    for _ in range(count):
        begin, at = at, at + _ENTRY_BYTES + id_bytes
        flags = data[at] << 8 | data[at + 1]
        at += 4 if flags & _EXTENDED else 2
        stripped = 0
        if version == 4:
            stripped, at = _variable(data, at)
        end = data.index(b"\0", at)
        name = (name[: len(name) - stripped] if version == 4 else b"") + data[at:end]
        at = end + 1 if version == 4 else begin + (end - begin + 8) // 8 * 8
        found.append(os.fsdecode(name))
    if not _ELSEWHERE.isdisjoint(_extensions(data, at, len(data) - id_bytes)):
        raise ValueError("not complete by itself")
    return frozenset(found)


def _extensions(data: bytes, at: int, end: int) -> Iterator[bytes]:
    while at < end:
        kind, size = _EXTENSION.unpack_from(data, at)
        yield kind
        at += _EXTENSION.size + size


def _variable(data: bytes, at: int) -> tuple[int, int]:
    """A number as version 4 writes how much of the name before is left out, and where it ends."""
    value = data[at] & 0x7F
    while data[at] & 0x80:
        at += 1
        value = ((value + 1) << 7) | (data[at] & 0x7F)
    return value, at + 1
