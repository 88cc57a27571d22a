"""Settings that the host has its own way with."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.doctor.finding import Found, LineEdit, Rule, Severity
from freshboot.doctor.snapshot import STREAMLIT_CONFIG, Snapshot
from freshboot.doctor.table import Field

_FORCED = ("runOnSave", "enableXsrfProtection")
"""Both are true on Community Cloud, whatever is set."""


def _look(snapshot: Snapshot) -> Iterator[Found]:
    server = snapshot.toml(STREAMLIT_CONFIG).get("server", {})
    settings = server if isinstance(server, dict) else {}
    for name in _FORCED:
        if settings.get(name) is False:
            line = snapshot.line_of(STREAMLIT_CONFIG, rf"^\s*{name}\s*=\s*false\s*(?:#.*)?$")
            words = f"server.{name} = false has no effect: the host sets it to true"
            yield Found(words, STREAMLIT_CONFIG, line, mendable=line is not None)


def _mend(snapshot: Snapshot, found: Found) -> tuple[LineEdit, ...]:
    del snapshot
    return (LineEdit(found.path or "", found.line or 1),)


RULE = Rule(
    name="forced-setting",
    severity=Severity.NOTE,
    field=Field.DEPENDENCY_FILE,
    what="`server.runOnSave` or `server.enableXsrfProtection` is set to false.",
    why="Community Cloud sets both to true. What is tried out here with false behaves in another way there: "
    "uploads are checked, and pages run again when a file changes.",
    fix="take the line out",
    example="[server]\nrunOnSave = false",
    look=_look,
    mend=_mend,
)
