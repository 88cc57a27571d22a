"""The host has given up on what was pushed last."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field

_WORDS = ("INSTALLER_ERROR", "USER_ERROR", "USER_SCRIPT_ERROR")


def _look(snapshot: Snapshot) -> Iterator[Found]:
    answer = snapshot.host
    told = (answer.trouble, answer.condition.detail) if answer else ()
    word = next((one for one in told if one in _WORDS), None)
    if word:
        yield Found(f"the host says {word} of what was pushed last")


RULE = Rule(
    name="failed-build",
    severity=Severity.WARNING,
    field=Field.BUILD_ERROR,
    what="The host says that it could not install or start what was pushed last.",
    why="The old version goes on, or none at all, until a push mends what is wrong.",
    fix="read the host's log (Manage app), mend the line that fails, and push that",
    example="$ freshboot doctor --url https://your-app.streamlit.app",
    look=_look,
)
