"""Requirements that only one machine can install, and files that only one can read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.reads import reads
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field

_FIX = "keep the file in the repository, and name it from Path(__file__).parent"
_HOME = r"(?:/(?:home/(?!adminuser/|appuser/)|Users/|root/)|~[\\/]|[A-Za-z]:[\\/])"
_PATH = re.compile(
    r"[^#]*?(?:\bfile:/{2,3}(?!\$)|@\s*[A-Za-z]:[\\/])"
    r"|\s*(?:-[ercf]\s*|--(?:editable|requirement|constraint|find-links)[=\s]\s*)?[\"']?"
    rf"(?:/(?:opt|tmp)/|{_HOME})"
)
_READ = re.compile(rf"{_HOME}[^/]")


def _look(snapshot: Snapshot) -> Iterator[Found]:
    files = {line.file for app in snapshot.apps for line in snapshot.asked(app.dependency_file)}
    for file in sorted(one for one in files if one.endswith((".txt", ".in"))):
        for number, row in enumerate(snapshot.rows(file), 1):
            if _PATH.match(row):
                yield Found("it is installed from a path of one machine", file, number)
    for module in (one for app in snapshot.apps for one in snapshot.modules(app)):
        for reading in reads(module):
            if not (reading.file.is_exact or reading.file.is_tail) and _READ.match(reading.file.text):
                words = f"{reading.file.text} is a path of one machine"
                yield Found(words, module.path, reading.line, Severity.WARNING, _FIX)


RULE = Rule(
    name="machine-path",
    severity=Severity.ERROR,
    field=Field.BUILD_ERROR,
    what="A requirement, or a file that the app reads, is named by a path of the machine where it was "
    "written.",
    why="`pip freeze` writes such lines in a conda environment. The host has no such path: the build fails, "
    "and the old version goes on; what a source names so is not found there.",
    fix="write name==version in its place (`pip list --format=freeze` does)",
    example="numpy @ file:///croot/numpy_1700000000000/work",
    look=_look,
)
