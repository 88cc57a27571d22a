"""The configured marks, as they stand in commits and in the work tree, and a new stamp in them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial

from freshboot.config import Config
from freshboot.dependencies import candidates
from freshboot.errors import FreshbootError
from freshboot.repository.commits import Marks
from freshboot.repository.repository import Repository
from freshboot.stamp.entrypoint import DEFAULT_ENTRYPOINT, find_entrypoint
from freshboot.stamp.files import reader
from freshboot.stamp.kinds import choose_marks, possible_marks
from freshboot.stamp.mark import Read, stamped
from freshboot.stamp.plan import Plan, agreed, neutral, plan, stamps_in
from freshboot.stamp.stamp import SOURCE_DIGITS, Stamp
from freshboot.stamp.version import Part

_PARTS: tuple[Part, ...] = ("none", "patch", "minor", "major")


@dataclass
class Marking:
    """The marks of a repository."""

    repository: Repository
    config: Config
    _readers: dict[str, Read] = field(default_factory=dict)

    def plan(self, base: str, at: datetime, bump: Part, files: Mapping[str, bytes] | None = None) -> Plan:
        """A stamp on the bytes of a commit; ``files`` stand in the place of its own."""
        marks, entrypoint = self.config.marks, self.config.entrypoint
        own, others = self._reader(base), files or {}
        read = (lambda path: others.get(path) or own(path)) if others else own
        return plan(read, marks, entrypoint, at=at, source=base, bump=bump)

    def plan_after(self, base: str, previous: str, at: datetime, bump: Part) -> Plan:
        """A stamp on the bytes of a commit that follows the stamp of another one: in version and colour."""
        marks, entrypoint = self.config.marks, self.config.entrypoint
        read = self._reader(base)
        files = self._files(read, self.stamp_of(previous))
        return plan(
            lambda path: files.get(path, read(path)), marks, entrypoint, at=at, source=base, bump=bump
        )

    def stamp_of(self, commit: str) -> Stamp | None:
        """The stamp that every mark of a commit carries."""
        with suppress(FreshbootError):  # the marks may have been others then
            return agreed(stamps_in(self._reader(commit), self.config.marks, self.config.entrypoint))
        return None

    def stamp_of_work_tree(self, head: str) -> Stamp | None:
        """The stamp that every mark in the work tree carries, if it is one for HEAD."""
        read = reader(self.repository.root)
        stamp = agreed(stamps_in(read, self.config.marks, self.config.entrypoint))
        return stamp if stamp is not None and stamp.source == head[:SOURCE_DIGITS] else None

    def raised(self, stamp: Stamp, head: str) -> Part:
        """Which part of the version was raised when the work tree was stamped."""
        same = (part for part in _PARTS if self.plan(head, stamp.at, part).stamp == stamp)
        return next(same, "none")

    def marks(self, head: str) -> Marks:
        """The marks' files, and whether two forms of one differ by a stamp only.

        A rebuild stamps the dependency file, which may be no mark.
        """
        names = self.config.marks
        entrypoint = find_entrypoint(self._reader(head), self.config.entrypoint)
        paths = {mark.path for name in names for mark in possible_marks(name, entrypoint)}
        others = frozenset(candidates(entrypoint)) - paths

        def differ_by_stamp(path: str, before: bytes | None, after: bytes | None) -> bool:
            return neutral(path, before, after, (*names, *others), entrypoint)

        return Marks(frozenset(paths), differ_by_stamp, others)

    def _files(self, read: Read, stamp: Stamp | None) -> Mapping[str, bytes]:
        """The marks' files with a stamp in them."""
        files: dict[str, bytes] = {}
        if stamp is not None:
            for mark in choose_marks(read, self.config.marks, self.config.entrypoint):
                files[mark.path] = stamped(mark, files.get(mark.path, read(mark.path)), stamp)
        return files

    def _reader(self, commit: str) -> Read:
        """Read a commit's files; the usual ones in one go, since each look costs two processes."""
        if commit not in self._readers:
            files = [name.partition(":")[0] for name in self.config.marks]
            usual = {*files, "pyproject.toml", self.config.entrypoint or DEFAULT_ENTRYPOINT}
            there = self.repository.read_all(commit, usual)
            other = cache(partial(self.repository.read, commit))
            self._readers[commit] = lambda path: there.get(path) if path in usual else other(path)
        return self._readers[commit]
