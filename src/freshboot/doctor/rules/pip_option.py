"""Options that break every build from a requirements file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freshboot.dependencies.refused import refused
from freshboot.doctor.finding import Found, LineEdit, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field

_COMMAND = re.compile(r"[\s$!>%]*((?:python3? -m )?(?:pip3?|uv|uv pip|conda|poetry) (?:install|add))\s")
_FIX = "write what follows it alone, one requirement a line"


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for file in dict.fromkeys(app.dependency_file for app in snapshot.apps):
        for one in refused(snapshot.read_short, file) if file else ():
            words = f"{one.option} is an option of the command line: in a file it breaks the build"
            yield Found(words, one.file, one.line, mendable=one.alone)
    files = {line.file for app in snapshot.apps for line in snapshot.asked(app.dependency_file)}
    for file in sorted(one for one in files if one.endswith((".txt", ".in"))):
        for number, row in enumerate(snapshot.rows(file), 1):
            command = _COMMAND.match(row)
            if command:
                words = (
                    f"{command[1]} is a command, which belongs into a terminal: in a file it breaks the build"
                )
                yield Found(words, file, number, fix=_FIX)


def _mend(snapshot: Snapshot, found: Found) -> tuple[LineEdit, ...]:
    del snapshot
    return (LineEdit(found.path or "", found.line or 1),)


RULE = Rule(
    name="pip-option",
    severity=Severity.ERROR,
    field=Field.BUILD_ERROR,
    what="The requirements file that wins holds an option of pip's or uv's command line, or a whole command.",
    why='pip says "no such option", uv "Unexpected \'-\'": nothing is installed, the build fails, and the '
    "old version goes on. `--no-cache-dir` and `--force-reinstall` are written there to get everything "
    "anew, and do the opposite.",
    fix="take the option out; `freshboot remedy rebuild` makes the host install anew",
    example="--no-cache-dir\npandas==2.2.3",
    look=_look,
    mend=_mend,
)
