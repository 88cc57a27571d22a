"""``packages.txt`` where the host does not read it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field

_FILE = "packages.txt"


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        beside = posixpath.join(app.folder, _FILE)
        if app.folder and beside in snapshot.paths:
            yield Found(f"the host reads {_FILE} at the root alone", beside)


RULE = Rule(
    name="misplaced-packages",
    severity=Severity.WARNING,
    field=Field.DEPENDENCY_FILE,
    what="`packages.txt` lies in the entrypoint's folder, which is not the root.",
    why="The host reads it in the root alone: what it asks for is not installed.",
    fix="move packages.txt to the root",
    example="app/packages.txt",
    look=_look,
)
