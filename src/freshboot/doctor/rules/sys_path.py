"""Folders put on ``sys.path`` by the app itself."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.doctor.boots import heals
from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field
from freshboot.survey import App


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        for one in snapshot.graph(app).extensions:
            words = _words(app, one.folder, one.text)
            if words:
                severity = Severity.NOTE if heals(snapshot, app) else None
                yield Found(words, one.source, one.line, severity)


def _words(app: App, folder: str | None, text: str) -> str:
    if folder is None and text:
        return f"{text} is put on sys.path, which is no folder of the repository: the host does not have it"
    is_inside = folder is not None and (not app.folder or f"{folder}/".startswith(f"{app.folder}/"))
    if folder is None or is_inside:
        return ""  # what nobody can read off is not guessed at
    return f"{folder or 'the root'} is put on sys.path, which lies outside of {app.folder}/"


RULE = Rule(
    name="sys-path",
    severity=Severity.WARNING,
    field=Field.STALE_MODULES,
    what="The app puts a folder on `sys.path` that lies outside of the entrypoint's.",
    why="What is imported from there is never reloaded: `folderWatchList` does not help, only `PYTHONPATH` "
    "would. A folder that is not in the repository does not exist on the host at all.",
    fix="keep what the app imports below the entrypoint's folder, or install it as a package",
    example='sys.path.insert(0, str(Path(__file__).parent.parent / "lib"))',
    look=_look,
)
