"""A mark in a dependency file that does not win."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from freshboot.config import CONFIG_FILE
from freshboot.dependencies import candidates
from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field

_NAMES = frozenset(candidates("app.py"))


def _look(snapshot: Snapshot) -> Iterator[Found]:
    winners = {app.dependency_file for app in snapshot.apps}
    for mark in snapshot.config.marks if winners else ():
        path = posixpath.normpath(mark)
        if posixpath.basename(path) in _NAMES and path in snapshot.paths - winners:
            line = snapshot.line_of(CONFIG_FILE, r"^marks\s*:")
            wins = ", ".join(sorted(filter(None, winners))) or "none"
            words = f"the stamp is written into {path}, and the dependency file that wins is {wins}"
            fix = f"name {wins} under marks: in its place"
            yield Found(words, CONFIG_FILE if line else path, line, fix=fix)


RULE = Rule(
    name="idle-mark",
    severity=Severity.WARNING,
    field=Field.DEPENDENCY_FILE,
    what="`marks:` names a dependency file that does not win.",
    why="A changed dependency file makes the host install and start a new process, but only the one that it "
    "reads: the stamp in another does nothing.",
    fix="name the file that wins under marks: in .github/freshboot.yml",
    example="marks: [requirements.txt]    # beside an uv.lock, which wins",
    look=_look,
)
