"""Reads small files with as few questions to the system as can be: every import and every run pays for it."""

from __future__ import annotations

import os

_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_CHUNK = 1 << 16


def content(path: str, flags: int = 0) -> bytes:
    """All bytes of a file.

    :param flags: what else to open it with
    :raises OSError: it cannot be read.
    """
    descriptor = os.open(path, _FLAGS | flags)
    try:
        size = os.fstat(descriptor).st_size
        # One byte more than there should be: most files end at the first read, and a longer one shows.
        data = os.read(descriptor, size + 1)
        while len(data) != size and (more := os.read(descriptor, _CHUNK)):
            data += more
        return data
    finally:
        os.close(descriptor)


def content_and_place(path: str) -> tuple[bytes, str]:
    """The same, and where the file lies if the path itself is a link.

    :raises OSError: it cannot be read.
    """
    real = path if _NO_LINK else os.path.realpath(path)
    try:
        return content(real, _NO_LINK), real
    except OSError:  # most likely it is a link
        real = os.path.realpath(path)
        return content(real), real
