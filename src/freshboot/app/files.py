"""The git blob ids of files as they lie on disk, read again only where their stat says that they changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import NamedTuple

from freshboot.app import reading
from freshboot.app.reading import Signature, signature

__all__ = ["SETTLED_NS", "FileHashes", "Folder", "Signature", "signature"]

# A file that changed less than this before it was read may change again and keep its times: some file
# systems count in steps of two seconds (FAT), or take the time from another machine (NFS).
SETTLED_NS = 2_000_000_000


class Known(NamedTuple):
    """A file as it was read. ``settled``: its state can no longer be that of other bytes."""

    signature: Signature
    blob: str
    settled: bool


class Folder(NamedTuple):
    """Files of one folder: states and blob ids, each by the same paths."""

    signatures: dict[str, Signature]
    blobs: dict[str, str]


class FileHashes:
    """Blob ids by path. An id is used again only while device, inode, ctime, mtime and size stay the same.

    ``folders`` is for those who look at whole folders: what was settled there. It is theirs to keep.

    :param clock: the time of day in nanoseconds, as ``ctime`` has it
    """

    def __init__(self, object_format: str = "sha1", clock: Callable[[], int] = time.time_ns) -> None:
        self.object_format = object_format
        self.folders: dict[str, Folder] = {}
        self._clock = clock
        self._known: dict[str, Known] = {}

    def settled_before(self) -> int:
        """The latest ``ctime``, in nanoseconds, with which a file that is read from now on is settled."""
        return self._clock() - SETTLED_NS

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

        :raises OSError: as ``reading.read`` does.
        """
        settled_before = self.settled_before()
        state, blob = reading.read(path, self.object_format)
        _, _, changed_ns, _, _ = state
        self._known[path] = Known(state, blob, changed_ns < settled_before)
        return blob
