"""Cached functions that call modules of the app."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from freshboot.doctor.boots import clears
from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.sources import Asked, Module
from freshboot.doctor.table import Field
from freshboot.survey import App

_CACHES = ("streamlit.cache_data", "streamlit.cache_resource", "streamlit.cache")
_BOUNDED = ("ttl",)
_CHANGING = re.compile(r"cache_key|version|commit|stamp|mtime|st_mtime|revision", re.IGNORECASE)

_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        if not clears(snapshot, app):
            keyed = _keyed(snapshot, app)
            for module in snapshot.modules(app):
                yield from _cached(snapshot, app, module, keyed)


def _cached(snapshot: Snapshot, app: App, module: Module, keyed: frozenset[str]) -> Iterator[Found]:
    own = _own_names(snapshot, app, module)
    for node in module.source.nodes:
        if isinstance(node, _Function) and node.name not in keyed and _is_cached(module, node):
            used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} & own.keys()
            if used:
                named = sorted(own[one] for one in used)[0]
                words = (
                    f"{node.name}() is cached, calls {named}, and is called with nothing that changes with it"
                )
                yield Found(words, module.path, node.lineno)


def _is_cached(module: Module, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Decorated, and kept for ever: what expires is old for a while only."""
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        name = module.source.name(call.func if call else decorator)
        if name in _CACHES:
            return not any(one.arg in _BOUNDED for one in (call.keywords if call else ()))
    return False


def _own_names(snapshot: Snapshot, app: App, module: Module) -> dict[str, str]:
    """The names that a source takes out of the app's own modules, each with the file."""
    files = {one.asked: one.path for one in snapshot.graph(app).imports if one.source == module.path}
    named: dict[str, str] = {}
    for asked, path in files.items():
        head = asked.dotted.lstrip("/").partition("/")[0]
        taken = set(asked.names) or {head}
        named |= dict.fromkeys(taken | {_renamed(module, asked, one) for one in taken}, path)
    return named


def _renamed(module: Module, asked: Asked, name: str) -> str:
    """What ``as`` calls it in the line of the import."""
    for node in module.source.nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno == asked.line:
            for alias in node.names:
                if alias.asname and (alias.name == name or alias.name.replace(".", "/") == asked.dotted):
                    return alias.asname
    return name


def _keyed(snapshot: Snapshot, app: App) -> frozenset[str]:
    """The functions that some call hands something that changes with the code."""
    return frozenset(
        name.rpartition(".")[2]
        for module in snapshot.modules(app)
        for name, call in module.calls
        if any(_CHANGING.search(word) for word in _words_of_arguments(call))
    )


def _words_of_arguments(call: ast.Call) -> Iterator[str]:
    for given in (*call.args, *(key.value for key in call.keywords)):
        for node in ast.walk(given):
            yield getattr(node, "id", "") or getattr(node, "attr", "")


RULE = Rule(
    name="cached-imports",
    severity=Severity.WARNING,
    field=Field.CACHES,
    what="A function with `st.cache_data` or `st.cache_resource` calls a module of the app, and nothing that "
    "it is called with changes with that module.",
    why="Streamlit keys a result on the function's own source and its arguments, not on what it calls: old "
    "results outlive new code. `boot()` clears both caches once for each release, and then this is no "
    "finding.",
    fix="let boot() clear, or pass freshboot.cache_key() in the call",
    example="@st.cache_data\ndef totals(year):\n    return calculations.totals(year)",
    look=_look,
)
