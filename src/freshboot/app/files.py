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
_ATTEMPTS = 3
_CHUNK = 1 << 20


class Unsettled(OSError):
    """The file kept changing while it was read."""


class _Known(NamedTuple):
    signature: Signature
    blob: str
    settled: bool


def signature(status: os.stat_result) -> Signature:
    """What tells one state of a file from another. Unlike ``mtime``, nobody can set ``ctime`` back."""
    return (status.st_dev, status.st_ino, status.st_ctime_ns, status.st_mtime_ns, status.st_size)


class FileHashes:
    """Blob ids by path. An id is used again only while device, inode, ctime, mtime and size stay the same.

    :param clock: the time of day in nanoseconds, as ``ctime`` has it
    """

    def __init__(self, object_format: str = "sha1", clock: Callable[[], int] = time.time_ns) -> None:
        self.object_format = object_format
        self._clock = clock
        self._known: dict[str, _Known] = {}

    def known(self, path: str, status: os.stat_result) -> str | None:
        """The blob id of the file of which ``status`` was just taken; None if it has to be read."""
        known = self._known.get(path)
        if known is not None and known.settled and known.signature == signature(status):
            return known.blob
        return None

    def blob(self, path: str) -> str | None:
        """The blob id of the file now; None if it is gone, is no regular file, or cannot be read."""
        try:
            return self.known(path, os.stat(path)) or self.read(path)
        except (OSError, ValueError):
            return None

    def read(self, path: str) -> str:
        """Read and hash the file.

        :raises OSError: it cannot be read, is no regular file, or (Unsettled) changed at each of three tries.
        """
        for _ in range(_ATTEMPTS):
            known = self._read_once(path)
            if known is not None:
                self._known[path] = known
                return known.blob
        raise Unsettled(path)

    def forget_all_but(self, paths: set[str]) -> None:
        """Keep only what is known of these paths."""
        for path in self._known.keys() - paths:
            self._known.pop(path, None)

    def _read_once(self, path: str) -> _Known | None:
        began = self._clock()
        # Without O_NONBLOCK a pipe that has taken the file's place would hold us forever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0))
        try:
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                raise OSError(f"not a regular file: {path}")
            digest = hashlib.new(self.object_format, b"blob %d\0" % before.st_size, usedforsecurity=False)
            size = 0
            while chunk := os.read(descriptor, _CHUNK):
                digest.update(chunk)
                size += len(chunk)
            same = signature(before) == signature(os.fstat(descriptor)) and size == before.st_size
        finally:
            os.close(descriptor)
        settled = before.st_ctime_ns < began - SETTLED_NS
        return _Known(signature(before), digest.hexdigest(), settled) if same else None
