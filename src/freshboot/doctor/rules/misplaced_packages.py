"""``packages.txt`` where the host does not read it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field

_FILE = "packages.txt"


def _look(snapshot: Snapshot) -> Iterator[Found]:
    folders = {"", *(app.folder for app in snapshot.apps)}
    for path in sorted(snapshot.paths):
        folder, name = posixpath.split(path)
        if path != _FILE and folder in folders and name.lower() == _FILE:
            yield Found(f"the host reads {_FILE} at the root alone", path)


RULE = Rule(
    name="misplaced-packages",
    severity=Severity.WARNING,
    field=Field.DEPENDENCY_FILE,
    what="`packages.txt` lies in the entrypoint's folder, which is not the root, or has capital letters.",
    why="The host reads it in the root alone: what it asks for is not installed.",
    fix="move it to the root, as packages.txt",
    example="app/packages.txt",
    look=_look,
)
