"""Files as they would be: what is planned, and what is left alone and why."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection
from dataclasses import dataclass

from freshboot.scaffold.errors import ScaffoldRefused
from freshboot.stamp.mark import Read
from freshboot.stamp.plan import Edit
from freshboot.survey import App

_LOCKS = {
    "pyproject.toml": (("uv.lock", "uv"), ("poetry.lock", "poetry")),
    "Pipfile": (("Pipfile.lock", "pipenv"),),
}
_ADD, _REMOVE = {"pipenv": "install", "poetry": "add"}, {"pipenv": "uninstall", "poetry": "remove"}


@dataclass(frozen=True)
class Left:
    """A file that is not touched, and why."""

    path: str
    why: str


@dataclass(frozen=True)
class Lock:
    """A lock beside a dependency file, and the tool that makes it."""

    path: str
    tool: str

    @property
    def keeps_versions(self) -> bool:
        """Whether it can be made anew with all other versions as they are."""
        return self.tool == "uv"

    @property
    def command(self) -> tuple[str, str]:
        """What makes it anew, in its folder."""
        return self.tool, "lock"

    def adds(self, requirement: str) -> str:
        """What a person types, where it does not keep versions, to have it hold one more."""
        return f"{self.tool} {_ADD.get(self.tool, 'add')} '{requirement}'"

    def removes(self) -> str:
        """And to have it hold freshboot no more."""
        return f"{self.tool} {_REMOVE.get(self.tool, 'remove')} freshboot"


@dataclass(frozen=True)
class Plan:
    """What would change.

    ``removed`` are files that init made and that hold nothing else. ``first`` are the edits that ``locks``
    follow from: these are written and made anew before anything else is, and what is left is planned again.
    Of a set-up: ``app``, the dependency ``file`` that wins, and the ``url`` if it is known.
    """

    edits: tuple[Edit, ...]
    removed: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()
    locks: tuple[Lock, ...] = ()
    first: tuple[Edit, ...] = ()
    app: App | None = None
    file: str | None = None
    url: str | None = None

    @property
    def changed(self) -> tuple[str, ...]:
        """All paths that change, those of files that go included."""
        paths = (edit.path for edit in self.edits), self.removed, (lock.path for lock in self.locks)
        return tuple(dict.fromkeys(path for some in paths for path in some))


class Draft:
    """The repository's files with what is planned laid over them."""

    def __init__(self, paths: Collection[str], read: Read, ignored: Collection[str] = ()) -> None:
        self.paths = set(paths)
        self.left: list[Left] = []
        self._read = read
        self._ignored = frozenset(ignored)
        self._planned: dict[str, bytes | None] = {}

    def read(self, path: str) -> bytes | None:
        """The file as it would be."""
        return self._planned[path] if path in self._planned else self._read(path)

    def put(self, path: str, data: bytes) -> None:
        """Plan a file's contents.

        :raises ScaffoldRefused: it would be a new file that git ignores.
        """
        if path in self._ignored:
            raise ScaffoldRefused(f"{path}: git ignores it", "take it out of .gitignore")
        self._planned[path] = data
        self.paths.add(path)

    def make(self, path: str, data: bytes) -> None:
        """Plan a new file.

        :raises ScaffoldRefused: git ignores it, or there is one that git does not list.
        """
        if not self.is_free(path):
            raise ScaffoldRefused(f"{path}: it is there, and git ignores it", "take it out of .gitignore")
        self.put(path, data)

    def is_free(self, path: str) -> bool:
        """Whether nothing is there or planned, listed by git or not."""
        return path not in self.paths and self.read(path) is None

    def remove(self, path: str) -> None:
        """Plan that a file goes."""
        self._planned[path] = None
        self.paths.discard(path)

    def leave(self, path: str, why: str) -> None:
        """Note that a file is not touched."""
        words = why.removeprefix(f"{path}: ")
        self.left.append(Left(path, re.sub(rf"\A{re.escape(path)}:(?=\d)", "line ", words)))

    def is_made(self, path: str) -> bool:
        """Whether the file is not there yet."""
        return self._read(path) is None

    def edits(self, only: Collection[str] | None = None) -> tuple[Edit, ...]:
        """What changes, of all files or of these."""
        paths = [path for path in sorted(self._planned) if only is None or path in only]
        changes = [(path, self._read(path), self._planned[path]) for path in paths]
        return tuple(
            Edit(path, before, after)
            for path, before, after in changes
            if after is not None and after != before
        )

    def removed(self) -> tuple[str, ...]:
        """The files that go."""
        gone = (path for path, data in sorted(self._planned.items()) if data is None)
        return tuple(path for path in gone if self._read(path) is not None)


def lock_beside(draft: Draft, settings: str) -> Lock | None:
    """The lock that follows from a dependency file."""
    folder, name = posixpath.split(settings)
    locks = (Lock(posixpath.join(folder, file), tool) for file, tool in _LOCKS.get(name, ()))
    return next((lock for lock in locks if lock.path in draft.paths), None)
