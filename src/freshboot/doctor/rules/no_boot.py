"""An app that never calls ``freshboot.boot()``."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.doctor.boots import boot_lines, boot_of
from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field

_FIX = "call it at the top of the file, above every other import"


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        module = snapshot.module(app.entrypoint)
        if not module.wrong and boot_of(module) is None:
            line = next(iter(boot_lines(module)), None)
            words = (
                "does not call freshboot.boot()"
                if line is None
                else "calls freshboot.boot() not in every run"
            )
            yield Found(f"{app.entrypoint} {words}", app.entrypoint, line, fix=_FIX if line else None)


RULE = Rule(
    name="no-boot",
    severity=Severity.WARNING,
    field=Field.STALE_MODULES,
    what="The entrypoint does not call `freshboot.boot()` in every run: not at all, in a function that "
    "nothing calls, or below an `if st.button(…)`.",
    why="The host pulls into the running process, and modules that were imported before stay as they were. "
    "Nothing drops them, and nothing can prove what the process runs: a verdict is `seen` at best.",
    fix="run `freshboot init`, which writes the two lines, and the requirement where the host looks",
    example="import streamlit as st\n\nimport calculations",
    look=_look,
)
