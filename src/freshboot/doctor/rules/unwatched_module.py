"""Modules that Streamlit's watcher never looks at."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from freshboot.doctor.boots import heals
from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field
from freshboot.survey import App


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        yield from _outside(snapshot, app)


def _outside(snapshot: Snapshot, app: App) -> Iterator[Found]:
    """The first import of each file that lies outside; below an installed package there is another rule."""
    told = set(_installed(snapshot, app))
    for one in snapshot.graph(app).imports:
        if one.path in told or _is_inside(app, one.path) or not _is_inside(app, one.source):
            continue
        told.add(one.path)
        words = f"{one.path} lies outside of {app.folder}/, the entrypoint's folder"
        severity = Severity.NOTE if heals(snapshot, app) else None
        yield Found(words, one.source, one.asked.line, severity)


def _is_inside(app: App, path: str) -> bool:
    return not app.folder or path.startswith(f"{app.folder}/")


def _installed(snapshot: Snapshot, app: App) -> Iterator[str]:
    """The files of packages that an installer copies out of the repository."""
    for line in snapshot.asked(app.dependency_file):
        folder = snapshot.local_folder(line)
        if folder is not None and not line.text.startswith("-e "):
            for package in (posixpath.join(folder, "src") + "/", f"{folder}/" if folder else ""):
                yield from (path for path in snapshot.paths if package and path.startswith(package))


RULE = Rule(
    name="unwatched-module",
    severity=Severity.WARNING,
    field=Field.STALE_MODULES,
    what="The app imports a module of the repository that lies outside of the entrypoint's folder.",
    why="Streamlit watches the entrypoint's folder and `PYTHONPATH` alone. After a push such a module stays "
    "as it was imported first, however often the page is loaded, until the process starts anew. With "
    "`boot()` it is dropped at the next run (then this is a note): only the reload of open pages is missing.",
    fix="move the module below the entrypoint's folder, or the entrypoint above it (a host asks for a new "
    "deployment then), and let boot() heal",
    example="# app/main.py\nimport sys; sys.path.insert(0, '.')\nfrom lib import helpers",
    look=_look,
)
