"""Where a folder belongs: to the repository, to an environment, to the standard library, or elsewhere."""

from __future__ import annotations

import os
import sys
import sysconfig
from enum import Enum
from typing import NamedTuple

_PACKAGES = frozenset({"site-packages", "dist-packages"})
_MARKS = ("pyvenv.cfg", "conda-meta")


class Place(Enum):
    """What a folder's modules are."""

    ROOT = "root"  # the repository's own
    INSTALLED = "installed"
    STANDARD = "standard"
    ELSEWHERE = "elsewhere"


class _Entry(NamedTuple):
    """A folder as it was looked at. ``prefix`` counts only in the repository."""

    identity: tuple[int, int] | None
    place: Place
    prefix: str


def is_environment(folder: str) -> bool:
    """Tell whether a Python environment was made in this folder: it is no part of the repository."""
    return any(os.path.exists(os.path.join(folder, mark)) for mark in _MARKS)


def is_below(path: str, folder: str) -> bool:
    """Tell whether ``path`` is ``folder`` or lies in it. Both absolute and resolved."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


class Places:
    """The folders of this process, seen from the repository's root.

    Each folder is resolved once, not each file; and again when another one stands in its place, for a release
    may be a symbolic link.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self._identity = _identity(root)
        self.real_root = os.path.realpath(root)
        self._entries: dict[str, _Entry] = {}
        self._standard, self.environments = _interpreter()

    def moved(self) -> bool:
        """Tell whether another folder stands where the root was."""
        return _identity(self.root) != self._identity

    def of(self, folder: str) -> Place:
        """Where the folder belongs."""
        return self._entry(folder).place

    def relative(self, path: str) -> str | None:
        """A file's path from the root, links resolved, with ``/``; None if it is not of the repository."""
        return self.named(os.path.realpath(path) if os.path.islink(path) else path)

    def named(self, path: str) -> str | None:
        """The same for what is known to be no link itself."""
        folder, name = os.path.split(path)
        entry = self._entry(folder)
        return entry.prefix + name if entry.place is Place.ROOT else None

    def _entry(self, folder: str) -> _Entry:
        identity = _identity(folder)
        entry = self._entries.get(folder)
        if entry is None or entry.identity != identity:
            real = os.path.realpath(folder)
            entry = self._entries[folder] = _Entry(identity, self._classify(real), self._prefix(real))
        return entry

    def _prefix(self, real: str) -> str:
        """The path from the root to a folder in it, as it stands before the names of its files."""
        return os.path.join(real[len(self.real_root.rstrip(os.sep)) + 1 :], "")

    def _classify(self, real: str) -> Place:
        inside = is_below(real, self.real_root)
        names = os.path.relpath(real, self.real_root) if inside else real
        if not _PACKAGES.isdisjoint(names.split(os.sep)):
            return Place.INSTALLED
        if any(is_below(real, folder) for folder in self._standard):
            return Place.STANDARD
        if not inside:
            return Place.ELSEWHERE
        return Place.INSTALLED if self._in_environment(real) else Place.ROOT

    def _in_environment(self, real: str) -> bool:
        """Whether an environment lies around it; one that was made in the root itself has its own folders."""
        while real != self.real_root:
            if real in self.environments or is_environment(real):
                return True
            real = os.path.dirname(real)
        return False


def _interpreter() -> tuple[tuple[str, ...], frozenset[str]]:
    """The standard library's folders, and the folders that this interpreter itself lives in."""
    prefixes = frozenset(os.path.realpath(one) for one in (sys.prefix, sys.base_prefix, sys.exec_prefix))
    folders = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib")]
    name = f"python{sys.version_info.major}{sys.version_info.minor}.zip"
    zipped = [os.path.join(prefix, sys.platlibdir, name) for prefix in prefixes]
    return tuple({os.path.realpath(folder) for folder in (*folders, *zipped)}), prefixes


def _identity(folder: str) -> tuple[int, int] | None:
    try:
        status = os.stat(folder)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino
