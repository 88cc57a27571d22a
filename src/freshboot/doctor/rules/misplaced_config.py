"""Streamlit's settings in a folder where the host does not read them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import STREAMLIT_CONFIG, Snapshot
from freshboot.doctor.table import Field

_SECTIONS = frozenset({"theme", "server", "client", "browser", "runner", "logger"})


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        beside = posixpath.join(app.folder, STREAMLIT_CONFIG)
        if app.folder and beside in snapshot.paths:
            yield Found(f"the host reads {STREAMLIT_CONFIG} at the root alone", beside)
    bare = _bare(snapshot) if snapshot.apps and STREAMLIT_CONFIG not in snapshot.paths else None
    if bare:
        yield Found(f"Streamlit's settings are read from {STREAMLIT_CONFIG}", bare)


def _bare(snapshot: Snapshot) -> str | None:
    """A file at the root that has Streamlit's sections, and nothing but them."""
    for path in ("config.toml", "streamlit/config.toml"):
        sections = set(snapshot.toml(path)) if path in snapshot.paths else set()
        if sections and sections <= _SECTIONS:
            return path
    return None


RULE = Rule(
    name="misplaced-config",
    severity=Severity.WARNING,
    field=Field.DEPENDENCY_FILE,
    what="A `config.toml` of Streamlit's lies in another folder than the root's `.streamlit/`.",
    why="The host starts every app in the repository's root, and reads `.streamlit/config.toml` there and "
    "nowhere else. Settings in the app's own folder work on a developer's machine and are not there on the "
    "host.",
    fix="move it to .streamlit/config.toml at the root",
    example="app/.streamlit/config.toml",
    look=_look,
)
