"""Cached functions that call modules of the app."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from freshboot.doctor.boots import clears
from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.sources import Asked, Module
from freshboot.doctor.table import Field
from freshboot.survey import App

_CACHES = ("streamlit.cache_data", "streamlit.cache_resource", "streamlit.cache")
_BOUNDED = ("ttl",)
_CHANGING = re.compile(r"cache_key|version|commit|stamp|mtime|st_mtime|revision", re.IGNORECASE)

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_MOST_NAMES = 2_000


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        if not clears(snapshot, app):
            keyed = _keyed(snapshot, app)
            for module in snapshot.modules(app):
                yield from _cached(snapshot, app, module, keyed)


def _cached(snapshot: Snapshot, app: App, module: Module, keyed: frozenset[str]) -> Iterator[Found]:
    own = _own_names(snapshot, app, module)
    helpers = {node.name: _names(node) for node in module.tree.body if isinstance(node, _FUNCTIONS)}
    for name, line, part in (*_decorated(module), *_wrapped(module)):
        used = _used(_names(part), helpers) & (own.keys() - helpers.keys())
        if used and name not in keyed:
            words = f"{name}() is cached, calls {min(own[one] for one in used)}, and is called with nothing"
            yield Found(f"{words} that changes with it", module.path, line)


def _decorated(module: Module) -> Iterator[tuple[str, int, ast.AST]]:
    """The functions with a decorator that caches them for ever, each with what it runs."""
    for node in module.source.nodes:
        if isinstance(node, _FUNCTIONS) and any(_caches(module, one) for one in node.decorator_list):
            yield node.name, node.lineno, node


def _wrapped(module: Module) -> Iterator[tuple[str, int, ast.AST]]:
    """The functions that ``f = st.cache_data(g)`` makes."""
    for node in module.source.nodes:
        call = node.value if isinstance(node, ast.Assign) else None
        if isinstance(node, ast.Assign) and isinstance(call, ast.Call) and call.args:
            settings = call.func if isinstance(call.func, ast.Call) else call
            if isinstance(node.targets[0], ast.Name) and _caches(module, settings):
                yield node.targets[0].id, node.lineno, call.args[0]


def _caches(module: Module, decorator: ast.expr) -> bool:
    """Whether it keeps results for ever: what expires is old for a while only."""
    call = decorator if isinstance(decorator, ast.Call) else None
    is_bounded = any(one.arg in _BOUNDED for one in (call.keywords if call else ()))
    return module.source.name(call.func if call else decorator) in _CACHES and not is_bounded


def _used(names: set[str], helpers: Mapping[str, set[str]]) -> set[str]:
    """These names, and those that the source's own functions among them take."""
    used, due = set(names), list(names & helpers.keys())
    while due and len(used) < _MOST_NAMES:
        new = helpers[due.pop()] - used
        used |= new
        due += new & helpers.keys()
    return used


def _names(part: ast.AST) -> set[str]:
    """The names that a function, or an expression, takes from around it; neither constants nor types."""
    pending: list[ast.AST] = [*part.body] if isinstance(part, _FUNCTIONS) else [part]
    taken, hidden = set[str](), _bound_in(part)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name):
            taken.add(node.id)
        is_constant = isinstance(node, ast.Attribute) and node.attr.isupper()
        pending += [] if is_constant else _run_in(node)
    return {name for name in taken - hidden if not name.isupper()}


def _run_in(node: ast.AST) -> Iterator[ast.AST]:
    """What lies in a part of a source, but for the types that it names."""
    for name, value in ast.iter_fields(node):
        if name not in ("annotation", "returns", "ctx"):
            yield from (
                one for one in (value if isinstance(value, list) else [value]) if isinstance(one, ast.AST)
            )


def _bound_in(part: ast.AST) -> set[str]:
    """The names that mean something of its own in it."""
    nodes = list(ast.walk(part))
    stored = {one.id for one in nodes if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)}
    return stored | {one.arg for one in nodes if isinstance(one, ast.arg)}


def _own_names(snapshot: Snapshot, app: App, module: Module) -> dict[str, str]:
    """The names that a source takes out of the app's own modules, each with the file."""
    files = {one.asked: one.path for one in snapshot.graph(app).imports if one.source == module.path}
    named: dict[str, str] = {}
    for asked, path in files.items():
        head = asked.dotted.lstrip("/").partition("/")[0]
        taken = _exported(snapshot.module(path)) if asked.names == ("*",) else set(asked.names) or {head}
        named |= dict.fromkeys(taken | {_renamed(module, asked, one) for one in taken}, path)
    return named


def _exported(module: Module) -> set[str]:
    """The names that ``from … import *`` takes out of a source."""
    made = (node for node in module.tree.body if isinstance(node, (*_FUNCTIONS, ast.ClassDef)))
    return {node.name for node in made if not node.name.startswith("_")}


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
