"""A folder that an app lies in: a git repository most of the time, and even where it is none."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from freshboot.errors import FreshbootError
from freshboot.repository.git import Git, GitError
from freshboot.stamp.files import PathRefused, reader
from freshboot.stamp.mark import Read

_NOT_THE_APP = frozenset({"node_modules", "site-packages", "__pycache__", "venv", "env"})
_MAIN = ("main", "master")


@dataclass(frozen=True)
class Workplace:
    """The root, git's door to it (None where the folder is no repository), and where in it somebody stands.

    ``here`` is a path from the root, empty for the root itself.
    """

    root: str
    git: Git | None
    here: str = ""

    def paths(self) -> list[str]:
        """The files that are tracked, or that git would not ignore."""
        if self.git is None:
            return sorted(self._walked())
        listed = self.git.run("ls-files", "-z", "--cached", "--others", "--exclude-standard").out
        names = (name.decode("utf-8", "surrogateescape") for name in listed.split(b"\0") if name)
        return sorted({name for name in names if os.path.isfile(os.path.join(self.root, name))})

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where there is none, or where it leads out of the root."""
        try:
            return self._reader(path)
        except PathRefused:
            return None

    def ignored(self, paths: Iterable[str]) -> frozenset[str]:
        """Which of these git would ignore."""
        if self.git is None:
            return frozenset()
        return frozenset(self.git.run("check-ignore", "--", *paths, check=False).text.splitlines())

    def changed(self, paths: Iterable[str]) -> list[str]:
        """Which of these hold something that is not committed."""
        if self.git is None:
            return []
        told = self.git.run("status", "--porcelain", "--no-renames", "-z", "--", *paths, check=False).records
        return [record[3:] for record in told if not record.startswith("??")]

    @property
    def remote(self) -> str | None:
        """The address that is pushed to."""
        return self._asked("config", "--get", "remote.origin.url")

    @property
    def branch(self) -> str:
        """The branch that a host most likely tracks: the remote's own, else main or master, else this one."""
        told = (self._asked("symbolic-ref", "--short", "refs/remotes/origin/HEAD") or "").partition("/")[2]
        here = self._asked("branch", "--format=%(refname:short)") or ""
        known = next((name for name in _MAIN if name in here.splitlines()), None)
        return told or known or self._asked("branch", "--show-current") or _MAIN[0]

    def _asked(self, *question: str) -> str | None:
        return (self.git.run(*question, check=False).text or None) if self.git else None

    @cached_property
    def _reader(self) -> Read:
        return reader(self.root)

    def _walked(self) -> Iterator[str]:
        for folder, folders, names in os.walk(self.root):
            folders[:] = [one for one in folders if one not in _NOT_THE_APP and one != ".git"]
            here = os.path.relpath(folder, self.root)
            yield from (os.path.normpath(os.path.join(here, name)).replace(os.sep, "/") for name in names)


def open_workplace(folder: str) -> Workplace:
    """The repository that a folder lies in, else the folder.

    :raises FreshbootError: there is no such folder.
    """
    if not os.path.isdir(folder):
        raise FreshbootError(f"there is no folder {folder}", "name the folder of the app's repository")
    try:
        git = Git(os.path.abspath(folder))
        found = git.run("rev-parse", "--show-toplevel", check=False)
    except GitError:
        return Workplace(os.path.abspath(folder), None)
    root = found.text
    if found.code != 0 or not root:
        return Workplace(os.path.abspath(folder), None)
    below = os.path.relpath(os.path.realpath(folder), os.path.realpath(root)).replace(os.sep, "/")
    return Workplace(root, Git(root), "" if below == "." else below)
