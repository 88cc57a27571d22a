"""Options that break every build from a requirements file."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.dependencies.refused import refused
from freshboot.doctor.finding import Found, LineEdit, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for file in dict.fromkeys(app.dependency_file for app in snapshot.apps):
        for one in refused(snapshot.read_short, file) if file else ():
            words = f"{one.option} is an option of the command line: in a file it breaks the build"
            yield Found(words, one.file, one.line, mendable=one.alone)


def _mend(snapshot: Snapshot, found: Found) -> tuple[LineEdit, ...]:
    del snapshot
    return (LineEdit(found.path or "", found.line or 1),)


RULE = Rule(
    name="pip-option",
    severity=Severity.ERROR,
    field=Field.BUILD_ERROR,
    what="The requirements file that wins holds an option of pip's or uv's command line.",
    why='pip says "no such option", uv "Unexpected \'-\'": nothing is installed, the build fails, and the '
    "old version goes on. `--no-cache-dir` and `--force-reinstall` are written there to get everything "
    "anew, and do the opposite.",
    fix="take the option out; `freshboot remedy rebuild` makes the host install anew",
    example="--no-cache-dir\npandas==2.2.3",
    look=_look,
    mend=_mend,
)
