"""The git blob ids of files as they lie on disk, read again only where their stat says that they changed."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable
from typing import NamedTuple

Signature = tuple[int, int, int, int, int]

# A file that changed less than this before it was read may change again and keep its times: some file
# systems count in steps of two seconds (FAT), or take the time from another machine (NFS).
SETTLED_NS = 2_000_000_000
# GitHub takes no larger file (git-lfs puts a small pointer in its place), so no release can hold one.
MAX_FILE_BYTES = 100 * 1024 * 1024
_ATTEMPTS = 3
_CHUNK = 1 << 20
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)


class Unsettled(OSError):
    """The file kept changing while it was read."""


class Known(NamedTuple):
    """A file as it was read. ``settled``: its state can no longer be that of other bytes."""

    signature: Signature
    blob: str
    settled: bool


def signature(status: os.stat_result) -> Signature:
    """What tells one state of a file from another. Unlike ``mtime``, nobody can set ``ctime`` back."""
    return (status.st_dev, status.st_ino, status.st_ctime_ns, status.st_mtime_ns, status.st_size)


class FileHashes:
    """Blob ids by path. An id is used again only while device, inode, ctime, mtime and size stay the same.

    ``folders`` is for those who look at whole folders: by folder and name what was settled, each with a path
    of theirs. It is theirs to keep.

    :param clock: the time of day in nanoseconds, as ``ctime`` has it
    """

    def __init__(self, object_format: str = "sha1", clock: Callable[[], int] = time.time_ns) -> None:
        self.object_format = object_format
        self.folders: dict[str, dict[str, tuple[str, Known]]] = {}
        self._clock = clock
        self._known: dict[str, Known] = {}

    def blob(self, path: str) -> str | None:
        """The blob id of the file now; None if it is gone, is no regular file, or cannot be read."""
        try:
            known = self._known.get(path)
            now = signature(os.stat(path))
            return known.blob if known and known.settled and known.signature == now else self.read(path)
        except (OSError, ValueError):
            return None

    def read(self, path: str) -> str:
        """Read and hash the file, and remember it.

        :raises OSError: as ``look`` does.
        """
        known = self._known[path] = self.look(path)
        return known.blob

    def look(self, path: str) -> Known:
        """Read and hash the file.

        :raises OSError: it cannot be read, is no regular file or too large, or (Unsettled) changed at each of
            three tries.
        """
        for _ in range(_ATTEMPTS):
            known = self._read_once(path)
            if known is not None:
                return known
        raise Unsettled(path)

    def _read_once(self, path: str) -> Known | None:
        """The file as it is; None if it changed meanwhile."""
        began = self._clock()
        # Without O_NONBLOCK a pipe that has taken the file's place would hold us forever.
        descriptor = os.open(path, _FLAGS)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_FILE_BYTES:
                raise OSError(f"not a regular file, or too large: {path}")
            blob = self._hash(descriptor, status.st_size)
            before = signature(status)
            if blob is None or before != signature(os.fstat(descriptor)):
                return None
        finally:
            os.close(descriptor)
        return Known(before, blob, status.st_ctime_ns < began - SETTLED_NS)

    def _hash(self, descriptor: int, size: int) -> str | None:
        """The blob id of a file of so many bytes; None if there are more or less."""
        header = b"blob %d\0" % size
        # One byte more than there should be: most files end at the first read, and a longer one shows.
        data = os.read(descriptor, min(size + 1, _CHUNK))
        if len(data) == size:
            return hashlib.new(self.object_format, header + data, usedforsecurity=False).hexdigest()
        digest = hashlib.new(self.object_format, header, usedforsecurity=False)
        left = size
        while data and len(data) <= left:
            digest.update(data)
            left -= len(data)
            data = os.read(descriptor, min(left + 1, _CHUNK))
        return digest.hexdigest() if not data and not left else None
