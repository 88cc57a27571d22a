"""Reads a file to its git blob id, and makes sure that it was the same file all along.

Run as a program, by ``freshboot.app.second``, it reads for another process. That is over in less time than
many an import takes: it imports nothing but what it must.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys

Signature = tuple[int, int, int, int, int]
Read = tuple[Signature, str]
"""A file as it was read: its state, and its blob id."""

# GitHub takes no larger file (git-lfs puts a small pointer in its place), so no release can hold one.
MAX_FILE_BYTES = 100 * 1024 * 1024
# So many files are told of at once, each time after the message's length in so many bytes.
BATCH = 64
LENGTH_BYTES = 4
_ATTEMPTS = 3
_CHUNK = 1 << 20
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
_KIND, _REGULAR = 0o170000, 0o100000  # S_IFMT and S_IFREG of the module stat


class Unsettled(OSError):
    """The file kept changing while it was read."""


def signature(status: os.stat_result) -> Signature:
    """What tells one state of a file from another. Unlike ``mtime``, nobody can set ``ctime`` back."""
    return (status.st_dev, status.st_ino, status.st_ctime_ns, status.st_mtime_ns, status.st_size)


def read(path: str | bytes, object_format: str) -> Read:
    """Read and hash the file.

    :raises OSError: it cannot be read, is no regular file or too large, or (Unsettled) changed at each of
        three tries.
    """
    for _ in range(_ATTEMPTS):
        found = read_once(path, object_format)
        if found is not None:
            return found
    raise Unsettled(path)


def read_once(path: str | bytes, object_format: str) -> Read | None:
    """The file as it is; None if it changed meanwhile."""
    # Without O_NONBLOCK a pipe that has taken the file's place would hold us forever.
    descriptor = os.open(path, _FLAGS)
    try:
        status = os.fstat(descriptor)
        size = status.st_size
        if status.st_mode & _KIND != _REGULAR or size > MAX_FILE_BYTES:
            raise OSError(f"not a regular file, or too large: {path!r}")
        # One byte more than there should be: most files end at the first read, and a longer one shows.
        data = os.read(descriptor, min(size + 1, _CHUNK))
        digest = getattr(hashlib, object_format)(b"blob %d\0%b" % (size, data), usedforsecurity=False)
        if len(data) != size and not _hash_rest(descriptor, size - len(data), digest):
            return None
        before = signature(status)
        return (before, digest.hexdigest()) if before == signature(os.fstat(descriptor)) else None
    finally:
        os.close(descriptor)


def _hash_rest(descriptor: int, left: int, digest: hashlib._Hash) -> bool:
    """Hash what is left of a file; tell whether it was so many bytes."""
    while left >= 0 and (data := os.read(descriptor, min(left + 1, _CHUNK))):
        digest.update(data)
        left -= len(data)
    return left == 0


def _serve(task: int) -> None:
    """Read the files that an open file lists, the last of them first; tell of each by its number.

    The list is complete when standard input ends. Of what cannot be read only that much is told: whoever
    reads it next will see why.
    """
    sys.stdin.buffer.read()
    with open(task, "rb") as file:
        file.seek(0)
        object_format, paths = marshal.load(file)  # noqa: S302 (from our parent)
    for end in range(len(paths), 0, -BATCH):
        numbers = range(max(0, end - BATCH), end)
        message = marshal.dumps({number: _read_or_none(paths[number], object_format) for number in numbers})
        sys.stdout.buffer.write(len(message).to_bytes(LENGTH_BYTES, "little") + message)
        sys.stdout.buffer.flush()


def _read_or_none(path: bytes, object_format: str) -> Read | None:
    try:
        return read(path, object_format)
    except OSError:
        return None


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
