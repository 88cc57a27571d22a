"""Stamp and publish as one: the stamp that lies in the work tree, or a new one, on the branch's tip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from freshboot.config import Config
from freshboot.repository.commits import Change, Marks, message
from freshboot.repository.publishing import Kind, Outcome, publish
from freshboot.repository.repository import Repository
from freshboot.stamp.diff import diff
from freshboot.stamp.entrypoint import find_entrypoint
from freshboot.stamp.files import reader
from freshboot.stamp.kinds import possible_marks
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
    head = repository.head
    found = _stamp_of_work_tree(repository, config, head)
    bump = request.bump if found is None else _raised(repository, config, found, head)

    def make(base: str) -> Change | None:
        at = found.at if found is not None and base == head else request.now()
        planned = _plan(repository, config, base, at, bump)
        if not planned.edits:
            return None
        files = {edit.path: edit.after for edit in planned.edits}
        return Change(files, message(str(planned.stamp), request.reason), at)

    return publish(
        repository, make, _marks(repository, config, head), branch=config.branch, force=request.force
    )


def show(repository: Repository, config: Config, request: Request) -> str:
    """What publishing HEAD would change, as a diff."""
    return diff(_plan(repository, config, repository.head, request.now(), request.bump))


def is_for_confirming(outcome: Outcome, *, pushed: bool) -> bool:
    """Tell whether there is a release to confirm; its own push was confirmed by its maker."""
    return not (pushed and outcome.kind is Kind.NOTHING)


def _plan(repository: Repository, config: Config, base: str, at: datetime, bump: Part) -> Plan:
    read = cache(partial(repository.read, base))
    return plan(read, config.marks, config.entrypoint, at=at, source=base, bump=bump)


def _stamp_of_work_tree(repository: Repository, config: Config, head: str) -> Stamp | None:
    """The stamp that every mark in the work tree carries, if it is one for HEAD."""
    stamp = agreed(stamps_in(reader(repository.root), config.marks, config.entrypoint))
    return stamp if stamp is not None and stamp.source == head[:SOURCE_DIGITS] else None


def _raised(repository: Repository, config: Config, stamp: Stamp, head: str) -> Part:
    """Which part of the version was raised when the work tree was stamped."""
    same = (one for one in _PARTS if _plan(repository, config, head, stamp.at, one).stamp == stamp)
    return next(same, "none")


def _marks(repository: Repository, config: Config, head: str) -> Marks:
    entrypoint = find_entrypoint(cache(partial(repository.read, head)), config.entrypoint)
    paths = {mark.path for name in config.marks for mark in possible_marks(name, entrypoint)}

    def differ_by_stamp(path: str, before: bytes | None, after: bytes | None) -> bool:
        return neutral(path, before, after, config.marks, entrypoint)

    return Marks(frozenset(paths), differ_by_stamp)
