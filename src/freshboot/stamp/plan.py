"""What stamping would change, as values: pure, over a work tree's files or over a commit's blobs alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache

from freshboot.stamp.kinds import choose_marks, possible_marks
from freshboot.stamp.mark import Mark, MarkRefused, Read, stamped
from freshboot.stamp.stamp import SOURCE_DIGITS, Stamp, next_stamp, parse_stamp
from freshboot.stamp.version import (
    FIRST_VERSION,
    Part,
    VersionError,
    bump,
    greatest,
    project_version,
    read_version,
)


@dataclass(frozen=True)
class Found:
    """A mark as it is: its file, its name, and what stands in it (None if it is not there)."""

    path: str
    mark: str
    value: str | None

    @property
    def stamp(self) -> Stamp | None:
        """The stamp in the mark; None if something else stands in it, or nothing."""
        return None if self.value is None else parse_stamp(self.value)


@dataclass(frozen=True)
class Edit:
    """A file that changes; ``before`` is None if it is made."""

    path: str
    before: bytes | None
    after: bytes


@dataclass(frozen=True)
class Plan:
    """The stamp, the files that it changes, and the marks as they were."""

    stamp: Stamp
    edits: tuple[Edit, ...]
    marks: tuple[Found, ...]


def plan(
    read: Read,
    marks: Sequence[str],
    entrypoint: str | None,
    *,
    at: datetime,
    source: str,
    bump: Part = "none",
) -> Plan:
    """Plan one stamp in all marks; without an entrypoint the usual names are looked for.

    ``marks`` are names as the configuration lists them; ``source`` is a commit id (7 digits or more). To plan
    again what is already there changes nothing, and raises no version a second time.

    :raises FreshbootError: a mark cannot be placed; then none is.
    """
    read = cache(read)
    places = choose_marks(read, marks, entrypoint)
    found = _found(read, places)
    stamp = _stamp(found, read("pyproject.toml"), at, source, bump)
    return Plan(stamp, _edits(read, places, stamp), found)


def stamps_in(read: Read, marks: Sequence[str], entrypoint: str | None) -> tuple[Found, ...]:
    """What stands in each mark now.

    :raises FreshbootError: a mark is there twice, cannot be read, or is of no known kind.
    """
    read = cache(read)
    return _found(read, choose_marks(read, marks, entrypoint))


def agreed(found: Iterable[Found]) -> Stamp | None:
    """The stamp that all marks carry; None if one of them has another, or none at all."""
    stamps = {one.stamp for one in found}
    return stamps.pop() if len(stamps) == 1 else None


def neutral(
    path: str, before: bytes | None, after: bytes | None, marks: Iterable[str], entrypoint: str | None
) -> bool:
    """Tell whether two versions of a file are the same but for the stamp.

    That is: ``after`` is to the byte what placing its own stamp in ``before`` makes, a new mark or a new file
    included. ``entrypoint`` is the one that was found, or None where the marks need none.
    """
    if before == after:
        return True
    here = [mark for name in marks for mark in possible_marks(name, entrypoint) if mark.path == path]
    try:
        return _restamped(here, before, after) == after
    except MarkRefused:
        return False


def _restamped(marks: Iterable[Mark], before: bytes | None, after: bytes | None) -> bytes | None:
    """What ``before`` is with the stamps of ``after`` in its marks; a mark without a stamp is left alone."""
    for mark in marks:
        stamp = parse_stamp(mark.value(after) or "")
        before = before if stamp is None else stamped(mark, before, stamp)
    return before


def _found(read: Read, places: Iterable[Mark]) -> tuple[Found, ...]:
    return tuple(Found(mark.path, mark.name, mark.value(read(mark.path))) for mark in places)


def _stamp(found: Sequence[Found], pyproject: bytes | None, at: datetime, source: str, part: Part) -> Stamp:
    there = [stamp for one in found if (stamp := one.stamp)]
    second = at.astimezone(timezone.utc).replace(microsecond=0)
    same = [stamp for stamp in there if (stamp.at, stamp.source) == (second, source[:SOURCE_DIGITS])]
    version = _version(found, pyproject)
    # A stamp of this very push has been raised already.
    raised = version if same else bump(version, part)
    return next_stamp(raised, at, source, max(same or there, key=lambda stamp: stamp.at, default=None))


def _version(found: Iterable[Found], pyproject: bytes | None) -> str:
    """The greatest of the project's version and those in the marks, so that a stamp never goes back."""
    stated = None if pyproject is None else project_version(pyproject)
    versions = [] if stated is None else [read_version(stated)]
    versions += filter(None, (_version_in(one) for one in found))
    return greatest(versions) or FIRST_VERSION


def _version_in(mark: Found) -> str | None:
    try:
        return read_version(mark.value or "")
    except VersionError:
        return None  # somebody's own text: it says nothing of a version


def _edits(read: Read, places: Iterable[Mark], stamp: Stamp) -> tuple[Edit, ...]:
    files: dict[str, bytes] = {}
    for mark in places:
        files[mark.path] = stamped(mark, files.get(mark.path, read(mark.path)), stamp)
    return tuple(Edit(path, read(path), after) for path, after in files.items() if after != read(path))
