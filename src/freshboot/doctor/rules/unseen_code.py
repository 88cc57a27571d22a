"""Files of the repository that run past every import."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field
from freshboot.judge.hidden import hidden


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        sources = {one.path: snapshot.read(one.path) or b"" for one in snapshot.modules(app) if not one.wrong}
        named_by = hidden(sources, snapshot.paths, app.entrypoint).named_by
        for file, places in sorted(named_by.items()):
            path, _, line = places[0].rpartition(":")
            yield Found(f"{file} is run without being imported", path, int(line))


RULE = Rule(
    name="unseen-code",
    severity=Severity.WARNING,
    field=Field.STALE_MODULES,
    what="A tracked file is run by `exec`, `runpy` or a loader made by hand.",
    why="Neither Streamlit's watcher nor `boot()` sees what runs there: a push changes nothing until "
    "somebody runs it again, and no verdict can be `proven`.",
    fix="import it as a module",
    example='exec(open("settings.py").read())',
    look=_look,
)
