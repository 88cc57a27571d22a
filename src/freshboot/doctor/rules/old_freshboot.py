"""An app with a freshboot that is older than the command."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot, name_of

_PINNED = re.compile(r"(?:===?|@[^@]*@v?)\s*(\d+(?:\.\d+)+\w*)\s*(?:;|\Z)")


def _look(snapshot: Snapshot) -> Iterator[Found]:
    agent = snapshot.host.agent if snapshot.host else None
    if agent and _is_older(agent, snapshot.version):
        yield Found(f"the live app answers with freshboot {agent}, and this is {snapshot.version}")
    for app in snapshot.apps:
        for line in snapshot.asked(app.dependency_file):
            found = _PINNED.search(line.text) if name_of(line) == "freshboot" else None
            if found and _is_older(found[1], snapshot.version):
                number = snapshot.line_of(line.file, r"^[^#]*\bfreshboot\b")
                words = f"the app asks for freshboot {found[1]}, and this is {snapshot.version}"
                yield Found(words, line.file, number)


def _is_older(theirs: str, ours: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(theirs).release < Version(ours).release
    except InvalidVersion:
        return False


RULE = Rule(
    name="old-freshboot",
    severity=Severity.WARNING,
    field=None,
    what="The dependency file that wins pins a freshboot that is older than the command, or the live app "
    "answers with such a one.",
    why="An older one in the app may answer less than is asked for: the verdict is `unproven` "
    "(`agent-too-old`).",
    fix="raise it to the version of the command, and push that",
    example="freshboot==0.0.1",
    look=_look,
)
