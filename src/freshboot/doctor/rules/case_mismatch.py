"""Names that differ in a capital letter only."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.graph import Resolver, namesakes
from freshboot.doctor.reads import reads
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field
from freshboot.survey import App


def _look(snapshot: Snapshot) -> Iterator[Found]:
    same = namesakes(snapshot.paths)
    for app in snapshot.apps:
        resolver = Resolver((), (), (), {one.replace("-", "_") for one in snapshot.names(app)})
        for source, asked in snapshot.graph(app).unresolved:
            if asked.optional or resolver.is_foreign(asked):
                continue
            folder = "" if asked.dotted.startswith("/") else app.folder
            stem = posixpath.join(folder, asked.dotted.lstrip("/")).lower()
            found = same.get(f"{stem}.py") or same.get(f"{stem}/__init__.py")
            if found:
                dotted = asked.dotted.lstrip("/").replace("/", ".")
                yield Found(f"{dotted} is imported, and the file is {found}", source, asked.line)
        yield from _read(snapshot, app)


def _read(snapshot: Snapshot, app: App) -> Iterator[Found]:
    """The files that the app reads by another name."""
    same = {path.lower(): path for path in snapshot.paths}
    for module in snapshot.modules(app):
        for line, file in reads(module):
            folders = ("",) if file.is_exact or file.is_tail else ("", app.folder)
            meant = [posixpath.normpath(posixpath.join(folder, file.text)) for folder in folders]
            found = next((same[one.lower()] for one in meant if one.lower() in same), None)
            if found and not (file.is_tail or snapshot.paths & set(meant)):
                yield Found(f"{file.text} is read, and the file is {found}", module.path, line)


RULE = Rule(
    name="case-mismatch",
    severity=Severity.ERROR,
    field=Field.ELSEWHERE,
    what="An import, or the name of a file that the app reads, differs from the file's in a capital letter.",
    why="Windows and macOS find the file all the same, the host does not: ModuleNotFoundError, or "
    "FileNotFoundError, there alone.",
    fix="write the name as the file is called (`git mv` renames a file where the disk takes both for one)",
    example="import helpers    # and the file is Helpers.py",
    look=_look,
)
