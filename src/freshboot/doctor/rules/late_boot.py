"""``boot()`` after imports of the app's own modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from freshboot.doctor.boots import boot_of, own_runs
from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field
from freshboot.survey import App


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        for path in (app.entrypoint, *own_runs(snapshot, app)):
            yield from _early(snapshot, app, path)


def _early(snapshot: Snapshot, app: App, path: str) -> Iterator[Found]:
    """The first import of a module of the app's that runs before."""
    module = snapshot.module(path)
    boot = boot_of(module)
    if boot is None:
        return
    top = {node.lineno for node in module.tree.body if isinstance(node, (ast.Import, ast.ImportFrom))}
    early = [
        one
        for one in snapshot.graph(app).imports
        if one.source == path and one.asked.line in top and one.asked.line < boot.line
    ]
    # freshboot itself may lie in the repository, as in its own.
    early = [one for one in early if "freshboot" not in one.path.split("/")]
    if early:
        first = min(early, key=lambda one: one.asked.line)
        words = (
            f"{path} imports {first.path} in line {first.asked.line}, and calls boot() in line {boot.line}"
        )
        yield Found(words, path, first.asked.line)


RULE = Rule(
    name="late-boot",
    severity=Severity.WARNING,
    field=Field.RACE,
    what="`freshboot.boot()` comes after an import of one of the app's own modules.",
    why="What is imported before is recorded by nobody (`unrecorded`, never `proven`). It is dropped only "
    "when the script has taken names out of it already, so that one run mixes old code with new.",
    fix="move import freshboot; freshboot.boot() above every other import",
    example="import calculations\nimport freshboot; freshboot.boot()",
    look=_look,
)
