"""Comments in ``packages.txt``."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.doctor.finding import Found, LineEdit, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field

_FILE = "packages.txt"


def _look(snapshot: Snapshot) -> Iterator[Found]:
    if _FILE not in snapshot.paths or not snapshot.apps:
        return
    for number, row in enumerate(snapshot.rows(_FILE), 1):
        if "#" in row:
            yield Found(
                "every word of a comment is taken for a package", _FILE, number, mendable=row.isascii()
            )


def _mend(snapshot: Snapshot, found: Found) -> tuple[LineEdit, ...]:
    line = found.line or 1
    kept = snapshot.rows(_FILE)[line - 1].partition("#")[0].rstrip()
    return (LineEdit(_FILE, line, (kept,) if kept else ()),)


RULE = Rule(
    name="packages-comment",
    severity=Severity.ERROR,
    field=Field.BUILD_ERROR,
    what="`packages.txt` has a comment.",
    why="The host hands every word of the file to apt-get, comments too. It knows no package of that name, "
    "the build fails, and the old version goes on.",
    fix="take the comment out",
    example="# for the maps\nlibgdal-dev",
    look=_look,
    mend=_mend,
)
