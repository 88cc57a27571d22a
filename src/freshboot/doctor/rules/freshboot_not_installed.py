"""An app that imports freshboot, and a dependency file that does not list it."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.dependencies import Sense
from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.rules.misplaced_dependency_file import misplaced
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field
from freshboot.survey import App

_OURS = "freshboot"


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        place = _import(snapshot, app)
        file = app.dependency_file
        if place is None or _OURS in snapshot.names(app) or _may_be_installed(snapshot, file):
            continue
        if file is None and misplaced(snapshot):
            continue  # that is the one thing to mend, and another rule tells of it
        words = f"{file}, which wins, does not list freshboot" if file else "there is no dependency file"
        fix = f"list freshboot in {file}, and push that first" if file else None
        yield Found(f"freshboot is imported, and {words}", *place, fix=fix)


def _import(snapshot: Snapshot, app: App) -> tuple[str, int] | None:
    """The first import that fails without it."""
    for source, asked in snapshot.graph(app).unresolved:
        if asked.dotted.partition("/")[0] == _OURS and not asked.optional:
            return source, asked.line
    return None


def _may_be_installed(snapshot: Snapshot, file: str | None) -> bool:
    """Something that cannot be read off may bring it."""
    return any(line.sense is Sense.UNCLEAR for line in snapshot.asked(file))


RULE = Rule(
    name="freshboot-not-installed",
    severity=Severity.ERROR,
    field=Field.DEPENDENCY_FILE,
    what="The app imports freshboot, and the dependency file that wins does not list it.",
    why="The host does not install it, and the app raises ModuleNotFoundError on its first line.",
    fix="write a requirements.txt that lists freshboot and what else the app needs, and push that first",
    example="# streamlit_app.py\nimport freshboot; freshboot.boot()\n# requirements.txt\nstreamlit==1.50.0",
    look=_look,
)
