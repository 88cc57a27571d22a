"""Requirements that only one machine can install."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field

_PATH = re.compile(
    r"^[^#]*?(?:\bfile:/{2,3}(?!\$)|@\s*[A-Za-z]:[\\/]|^(?:-e\s+)?(?:/(?:home|Users|opt|tmp)/|[A-Za-z]:\\))\S*"
)


def _look(snapshot: Snapshot) -> Iterator[Found]:
    files = {line.file for app in snapshot.apps for line in snapshot.asked(app.dependency_file)}
    for file in sorted(one for one in files if one.endswith((".txt", ".in"))):
        for number, row in enumerate(snapshot.rows(file), 1):
            if _PATH.match(row):
                yield Found("it is installed from a path of one machine", file, number)


RULE = Rule(
    name="machine-path",
    severity=Severity.ERROR,
    field=Field.BUILD_ERROR,
    what="A requirement names a path of the machine that it was written on.",
    why="`pip freeze` writes such lines in a conda environment. The host has no such path: the build fails, "
    "and the old version goes on.",
    fix="write name==version in its place (`pip list --format=freeze` does)",
    example="numpy @ file:///croot/numpy_1700000000000/work",
    look=_look,
)
