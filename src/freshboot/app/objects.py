"""One commit out of git's own store: from a file of its own, or out of a pack, where a clone has it.

Only commits are read, only by their id, and what is read must be what the id says.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Iterator

from freshboot.app.index import index_path

_MOST_BYTES = 1 << 20  # of a commit: a message of a megabyte is none of ours
_DEEPEST = 50  # as git itself chains what it stores as differences
_COMMIT, _BY_OFFSET, _BY_ID = 1, 6, 7
_INDEX = b"\xfftOc\x00\x00\x00\x02"
_FANOUT = struct.Struct(">256I")


def read_commit(root: str, commit: str, object_format: str) -> bytes | None:
    """A commit of the checkout in this folder, as git writes it; None where it is missing: a shallow clone.

    :raises OSError: it cannot be read. (Not in a form that is known: ValueError, IndexError, struct.error.)
    """
    wanted = bytes.fromhex(commit)
    for store in _stores(os.path.dirname(index_path(root))):
        data = _loose(store, commit)
        data = _packed(store, wanted) if data is None else data
        if data is not None:
            whole = b"commit %d\0%b" % (len(data), data)
            return (
                data if hashlib.new(object_format, whole, usedforsecurity=False).digest() == wanted else None
            )
    return None


def _stores(git: str) -> Iterator[str]:
    """The folders of objects: a worktree's lie with its repository, and a clone may borrow another's."""
    common = os.path.join(git, _text(os.path.join(git, "commondir")).strip())
    store = os.path.join(common, "objects")
    yield store
    for line in _text(os.path.join(store, "info", "alternates")).splitlines():
        yield os.path.join(store, line)


def _loose(store: str, commit: str) -> bytes | None:
    try:
        with open(os.path.join(store, commit[:2], commit[2:]), "rb") as file:
            kind, _, data = _inflated(file.read(_MOST_BYTES)).partition(b"\0")
    except FileNotFoundError:
        return None
    return data if kind.startswith(b"commit ") else None


def _packed(store: str, wanted: bytes) -> bytes | None:
    folder = os.path.join(store, "pack")
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        if name.endswith(".idx") and (data := _in_pack(os.path.join(folder, name[:-4]), wanted)) is not None:
            return data
    return None


def _in_pack(pack: str, wanted: bytes) -> bytes | None:
    at = _place(f"{pack}.idx", wanted)
    return None if at is None else _Pack(pack, len(wanted)).commit(at, _DEEPEST)


class _Pack:
    """One pack. ``name``: its path without the ending; ``id_bytes``: how long the ids in it are."""

    def __init__(self, name: str, id_bytes: int) -> None:
        self._name = name
        self._id_bytes = id_bytes

    def commit(self, at: int, depth: int) -> bytes | None:
        """The commit that begins at this offset; None if something else does, or its base is missing."""
        with open(f"{self._name}.pack", "rb") as file:
            file.seek(at)
            data = file.read(_MOST_BYTES)
        kind, start = data[0] >> 4 & 7, _after_number(data, 0)
        if kind == _COMMIT:
            return _inflated(data[start:])
        base: int | None = None
        if kind == _BY_OFFSET:
            back, start = _offset(data, start)
            base = at - back
        elif kind == _BY_ID:
            base = _place(f"{self._name}.idx", data[start : start + self._id_bytes])
            start += self._id_bytes
        before = self.commit(base, depth - 1) if base is not None and depth else None
        return None if before is None else _patched(before, _inflated(data[start:]))


def _place(index: str, wanted: bytes) -> int | None:
    """Where in its pack an object begins, as the pack's index (version 2) tells it."""
    with open(index, "rb") as file:
        if file.read(len(_INDEX)) != _INDEX:
            return None
        ends = _FANOUT.unpack(file.read(_FANOUT.size))
        first, size, count = ends[wanted[0] - 1] if wanted[0] else 0, len(wanted), ends[-1]
        ids = len(_INDEX) + _FANOUT.size
        file.seek(ids + first * size)
        slot = file.read((ends[wanted[0]] - first) * size)
        number = next((at for at in range(0, len(slot), size) if slot[at : at + size] == wanted), None)
        if number is None:
            return None
        offsets = ids + count * (size + 4)
        file.seek(offsets + 4 * (first + number // size))
        (offset,) = struct.unpack(">I", file.read(4))
        if offset < 1 << 31:
            return int(offset)
        file.seek(offsets + 4 * count + 8 * (offset & 0x7FFFFFFF))
        return int(struct.unpack(">Q", file.read(8))[0])


def _after_number(data: bytes, at: int) -> int:
    while data[at] & 0x80:
        at += 1
    return at + 1


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number in groups of seven bits, the least first, and where it ends."""
    end = _after_number(data, at)
    return sum((byte & 0x7F) << 7 * place for place, byte in enumerate(data[at:end])), end


def _offset(data: bytes, at: int) -> tuple[int, int]:
    """How far back the base of a difference begins, and where that number ends."""
    value = data[at] & 0x7F
    while data[at] & 0x80:
        at += 1
        value = ((value + 1) << 7) | (data[at] & 0x7F)
    return value, at + 1


def _patched(before: bytes, difference: bytes) -> bytes:
    """What a difference makes of its base: pieces of that, and pieces of its own."""
    _, at = _number(difference, 0)
    _, at = _number(difference, at)
    made = bytearray()
    while at < len(difference) and len(made) < _MOST_BYTES:
        step, at = difference[at], at + 1
        if not step & 0x80:
            made += difference[at : at + step]
            at += step
            continue
        fields = []
        for bit in range(7):
            given = step >> bit & 1
            fields.append(difference[at] if given else 0)
            at += given
        start = int.from_bytes(bytes(fields[:4]), "little")
        length = int.from_bytes(bytes(fields[4:]), "little") or 0x10000
        made += before[start : start + length]
    return bytes(made)


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _MOST_BYTES)
    except zlib.error as error:
        raise ValueError("not as git packs it") from error


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except FileNotFoundError:
        return ""
