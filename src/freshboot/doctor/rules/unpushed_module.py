"""A module that the app imports, and that no push holds."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.graph import Resolver
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.sources import Asked
from freshboot.doctor.table import Field
from freshboot.survey import App


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        for source, asked in snapshot.graph(app).unresolved:
            for path in () if asked.optional else _candidates(app, asked):
                why = snapshot.untracked(path)
                if why is not None:
                    yield Found(f"{path} is imported, and {why}", source, asked.line)
                    break


def _candidates(app: App, asked: Asked) -> Iterator[str]:
    """The files that it would mean if they were tracked."""
    folder = "" if asked.dotted.startswith("/") else app.folder
    if not Resolver((), (), (), ()).is_foreign(asked):  # a name of the standard library
        stem = posixpath.join(folder, asked.dotted.lstrip("/"))
        yield from (f"{stem}.py", f"{stem}/__init__.py")


RULE = Rule(
    name="unpushed-module",
    severity=Severity.ERROR,
    field=Field.NOT_APPLIED,
    what="The app imports a module that lies here, and that git does not track.",
    why="It works on this machine, and no push ever brings it to the host: a pattern of `.gitignore` leaves "
    "it out, or it was never added. The app raises ModuleNotFoundError there.",
    fix="`git add` it (with --force, or mend the pattern, where .gitignore leaves it out)",
    example="# .gitignore\ndata*\n# streamlit_app.py\nimport data_loader",
    look=_look,
)
