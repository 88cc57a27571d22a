"""A setting that switches Streamlit's watcher off."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.doctor.boots import heals
from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import STREAMLIT_CONFIG, Snapshot
from freshboot.doctor.table import Field


def _look(snapshot: Snapshot) -> Iterator[Found]:
    server = snapshot.toml(STREAMLIT_CONFIG).get("server", {})
    if isinstance(server, dict) and server.get("fileWatcherType") == "none":
        line = snapshot.line_of(STREAMLIT_CONFIG, r"^\s*(?:server\.)?fileWatcherType\s*=")
        healed = bool(snapshot.apps) and all(heals(snapshot, app) for app in snapshot.apps)
        severity = Severity.NOTE if healed else None
        yield Found("the file watcher is switched off", STREAMLIT_CONFIG, line, severity)


RULE = Rule(
    name="watcher-off",
    severity=Severity.WARNING,
    field=Field.STALE_MODULES,
    what="`server.fileWatcherType` is `none`.",
    why="The host applies a push by a pull and leaves the rest to the watcher. Without it no imported module "
    "is ever reloaded in the running process. With `boot()` they are dropped at the next run (then this is a "
    "note).",
    fix="take the setting out of .streamlit/config.toml",
    example='[server]\nfileWatcherType = "none"',
    look=_look,
)
