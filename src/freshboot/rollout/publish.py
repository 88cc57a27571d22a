"""Stamp and publish as one: the stamp that lies in the work tree, or a new one, on the branch's tip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial

from freshboot.config import Config
from freshboot.repository.commits import Change, Marks, message
from freshboot.repository.publishing import Kind, Outcome, publish
from freshboot.repository.repository import Repository
from freshboot.stamp.diff import diff
from freshboot.stamp.entrypoint import DEFAULT_ENTRYPOINT, find_entrypoint
from freshboot.stamp.files import reader
from freshboot.stamp.kinds import possible_marks
from freshboot.stamp.mark import Read
from freshboot.stamp.plan import Plan, agreed, neutral, plan, stamps_in
from freshboot.stamp.stamp import SOURCE_DIGITS, Stamp
from freshboot.stamp.version import Part

_PARTS: tuple[Part, ...] = ("none", "patch", "minor", "major")


@dataclass(frozen=True)
class Request:
    """What is asked of a publish: when, which part of the version to raise, why, whether to stamp anew."""

    now: Callable[[], datetime]
    bump: Part = "none"
    reason: str | None = None
    force: bool = False


def publish_stamp(repository: Repository, config: Config, request: Request) -> Outcome:
    """Publish HEAD under a stamp.

    A stamp for HEAD that already lies in the work tree is the one that is published; on another base, after a
    lost race, the marks are stamped anew, the same part of the version raised.

    :raises FreshbootError: a mark cannot be placed, or the remote refuses.
    """
    marking = _Marking(repository, config)
    head = repository.head
    found = marking.stamp_of_work_tree(head)
    bump = request.bump if found is None else marking.raised(found, head)

    def make(base: str) -> Change | None:
        at = found.at if found is not None and base == head else request.now()
        planned = marking.plan(base, at, bump)
        if not planned.edits:
            return None
        files = {edit.path: edit.after for edit in planned.edits}
        return Change(files, message(str(planned.stamp), request.reason), at)

    return publish(repository, make, marking.marks(head), branch=config.branch, force=request.force)


def show(repository: Repository, config: Config, request: Request) -> str:
    """What publishing HEAD would change, as a diff."""
    return diff(_Marking(repository, config).plan(repository.head, request.now(), request.bump))


def is_for_confirming(outcome: Outcome, *, pushed: bool) -> bool:
    """Tell whether there is a release to confirm; its own push was confirmed by its maker."""
    return not (pushed and outcome.kind is Kind.NOTHING)


@dataclass
class _Marking:
    """The configured marks, as they stand in commits and in the work tree."""

    repository: Repository
    config: Config
    _readers: dict[str, Read] = field(default_factory=dict)

    def plan(self, base: str, at: datetime, bump: Part) -> Plan:
        """A stamp on the bytes of a commit."""
        marks, entrypoint = self.config.marks, self.config.entrypoint
        return plan(self._reader(base), marks, entrypoint, at=at, source=base, bump=bump)

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
        """The marks' files, and whether two forms of one differ by a stamp only."""
        names = self.config.marks
        entrypoint = find_entrypoint(self._reader(head), self.config.entrypoint)
        paths = {mark.path for name in names for mark in possible_marks(name, entrypoint)}

        def differ_by_stamp(path: str, before: bytes | None, after: bytes | None) -> bool:
            return neutral(path, before, after, names, entrypoint)

        return Marks(frozenset(paths), differ_by_stamp)

    def _reader(self, commit: str) -> Read:
        """Read a commit's files; the usual ones in one go, since each look costs two processes."""
        if commit not in self._readers:
            files = [name.partition(":")[0] for name in self.config.marks]
            usual = {*files, "pyproject.toml", self.config.entrypoint or DEFAULT_ENTRYPOINT}
            there = self.repository.read_all(commit, usual)
            other = cache(partial(self.repository.read, commit))
            self._readers[commit] = lambda path: there.get(path) if path in usual else other(path)
        return self._readers[commit]
