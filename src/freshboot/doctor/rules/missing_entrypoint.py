"""A configured entrypoint that is not in the repository."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.config import CONFIG_FILE
from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field
from freshboot.errors import FreshbootError
from freshboot.stamp.files import normal_path


def _look(snapshot: Snapshot) -> Iterator[Found]:
    given = snapshot.config.entrypoint
    if given is None or _is_there(snapshot, given):
        return
    line = snapshot.line_of(CONFIG_FILE, r"^entrypoint\s*:")
    near = next((path for path in sorted(snapshot.paths) if path.lower() == given.lower()), None)
    words = f"git tracks no entrypoint {given}"
    fix = f"name it as git does: {near}" if near else None
    yield Found(words, CONFIG_FILE if line else None, line, fix=fix)


def _is_there(snapshot: Snapshot, given: str) -> bool:
    try:
        return normal_path(given) in snapshot.paths
    except FreshbootError:
        return False


RULE = Rule(
    name="missing-entrypoint",
    severity=Severity.ERROR,
    field=Field.TARGET,
    what="The entrypoint that is configured is not among the tracked files.",
    why="The host runs the file that it was deployed with, by its exact path. One that was moved or renamed, "
    "or differs in a capital letter, is not found there, and the old version goes on or the app is gone.",
    fix="name the file that the host runs, and see that git tracks it",
    example="entrypoint: app/Main.py    # and git tracks app/main.py",
    look=_look,
)
