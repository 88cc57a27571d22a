"""The files of a work tree, and no others: nothing outside of the root, nothing in ``.git``."""

from __future__ import annotations

import os
import posixpath
import stat
from pathlib import Path

from freshboot.errors import FreshbootError
from freshboot.stamp.mark import Read


class PathRefused(FreshbootError):
    """A path does not name a file that freshboot reads or writes."""

    def __init__(self, path: str, reason: str, remedy: str = "name a file of the repository") -> None:
        super().__init__(f"{path}: {reason}", remedy)
        self.path = path


def normal_path(path: str) -> str:
    """The path relative to the root, without ``.`` and empty parts.

    :raises PathRefused: it leads out of the root by its words alone, or into ``.git``.
    """
    normal = posixpath.normpath(path)
    parts = normal.split("/")
    if not path.strip() or normal == "." or parts[0] in ("", "..") or "\\" in path:
        raise PathRefused(repr(path), "is not a file below the root")
    if not path.isprintable():
        raise PathRefused(repr(path), "has a control character in its name")
    if ".git" in parts:
        raise PathRefused(path, "lies in git's own folder")
    return normal


def locate(root: str | Path, path: str) -> str:
    """Where the file really lies, symbolic links followed; it need not exist.

    :raises PathRefused: it lies outside of the root or in ``.git``, or is there but is no regular file.
    """
    base = os.path.realpath(root)
    real = os.path.realpath(os.path.join(base, normal_path(path)))
    below = os.path.relpath(real, base)
    if below.split(os.sep)[0] == os.pardir:
        raise PathRefused(path, f"leads to {real}, outside of the root")
    if ".git" in below.split(os.sep):
        raise PathRefused(path, "leads into git's own folder")
    try:
        mode = os.stat(real).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return real
    except OSError as error:
        raise PathRefused(path, f"cannot be looked at: {error.strerror}") from error
    if not stat.S_ISREG(mode):
        raise PathRefused(path, "is a folder" if stat.S_ISDIR(mode) else "is not a regular file")
    return real


def reader(root: str | Path) -> Read:
    """A reader of the work tree's files, for :func:`freshboot.stamp.plan.plan`."""

    def read(path: str) -> bytes | None:
        real = locate(root, path)
        try:
            with open(real, "rb") as file:
                return file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise PathRefused(path, f"cannot be read: {error.strerror}", "make it readable") from error

    return read
