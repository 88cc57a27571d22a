"""Files that git holds as pointers of Git LFS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field

_FILE = ".gitattributes"
_LFS = re.compile(r"^\s*(?P<pattern>[^#\s]\S*)\s.*\bfilter=lfs\b")


def _look(snapshot: Snapshot) -> Iterator[Found]:
    if not snapshot.apps:
        return
    for number, row in enumerate(snapshot.rows(_FILE), 1):
        found = _LFS.match(row)
        held = _held(snapshot, found["pattern"]) if found else []
        if held:
            more = f" and {len(held) - 1} more" if len(held) > 1 else ""
            yield Found(f"{held[0]}{more} is held by Git LFS", _FILE, number)
    for spot in snapshot.spots:
        if spot.is_pointer:
            yield Found("it is a pointer, and not the file", spot.path)


def _held(snapshot: Snapshot, pattern: str) -> list[str]:
    """Patterns without a slash are for names, others for paths."""
    bare = pattern.lstrip("/")
    if "/" in pattern:
        return sorted(path for path in snapshot.paths if fnmatchcase(path, bare.replace("**/", "*")))
    return sorted(path for path in snapshot.paths if fnmatchcase(path.rpartition("/")[2], bare))


RULE = Rule(
    name="lfs-pointer",
    severity=Severity.WARNING,
    field=Field.ELSEWHERE,
    what="A tracked file is held by Git LFS.",
    why="A host that pulls without git-lfs, or whose quota is used up, has a pointer of three lines in its "
    "place: the app reads that, or the old data go on. A pointer on the disk bars `proven`.",
    fix="keep small files in git itself (`git lfs migrate export`), and large ones where the app downloads "
    "them",
    example="# .gitattributes\n*.parquet filter=lfs diff=lfs merge=lfs -text",
    look=_look,
)
