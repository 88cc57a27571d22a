"""``importlib.reload`` of the app's own modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.sources import Module
from freshboot.doctor.table import Field
from freshboot.survey import App

_RELOADS = ("importlib.reload", "imp.reload")


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        for module in snapshot.modules(app):
            for name, call in module.calls:
                what = _what(module, call.args[0]) if name in _RELOADS and call.args else ""
                if what and _is_own(snapshot, app, module, what):
                    yield Found(f"{what} is reloaded by itself", module.path, call.lineno)


def _what(module: Module, given: ast.expr) -> str:
    """The name of the module, also out of ``sys.modules``."""
    match given:
        case ast.Subscript(value=table, slice=ast.Constant(value=str(name))):
            return name if module.source.name(table) == "sys.modules" else ""
    return module.source.name(given)


def _is_own(snapshot: Snapshot, app: App, module: Module, what: str) -> bool:
    """Whether it is an import of this source that means a file of the repository."""
    stem = what.lstrip(".").replace(".", "/")
    own = {one.path for one in snapshot.graph(app).imports if one.source == module.path}
    return bool(stem) and any(f"/{path}".endswith((f"/{stem}.py", f"/{stem}/__init__.py")) for path in own)


RULE = Rule(
    name="module-reload",
    severity=Severity.WARNING,
    field=Field.STALE_MODULES,
    what="The app reloads one of its modules with `importlib.reload`.",
    why="It makes that one module new and leaves alone those that took names out of it before: classes exist "
    "twice, `isinstance` fails, and what others imported with `from` stays old.",
    fix="take the reload out; boot() drops all of the app's modules together, and only when one has changed",
    example="import calculations\nimportlib.reload(calculations)",
    look=_look,
)
