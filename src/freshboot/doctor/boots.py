"""How an app calls ``freshboot.boot()``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.sources import Module
from freshboot.judge.literals import Source
from freshboot.survey import App
from freshboot.survey.apps import is_page
from freshboot.survey.scripts import calls_when_run

_BOOT = ("freshboot.boot", "freshboot.app.boot.boot")
_MOST = 20  # of what a name is bound to is looked at
_CALLED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Boot:
    """The first call in a source: where it is, and what it does beside watching."""

    line: int
    heals: bool
    clears: bool


def boot_of(module: Module) -> Boot | None:
    """The first call of ``boot()`` that every run makes; None where there is none."""
    source = module.source
    if not boot_lines(module):
        return None
    made = calls_when_run(source, module.tree, _CALLED, lambda node: _is_asked_first(source, node))
    first = min((call for name, call in made if name in _BOOT), key=lambda call: call.lineno, default=None)
    if first is None:
        return None
    heals, clears = (_wish(first, place, name) for place, name in enumerate(("heal", "clear")))
    return Boot(first.lineno, heals, heals and clears)


def boot_lines(module: Module) -> tuple[int, ...]:
    """Where ``boot()`` is called, whenever that is run."""
    return tuple(call.lineno for name, call in module.calls if name in _BOOT)


def heals(snapshot: Snapshot, app: App) -> bool:
    """Whether old modules are dropped before the app's script imports them."""
    boot = boot_of(snapshot.module(app.entrypoint))
    return boot is not None and boot.heals


def clears(snapshot: Snapshot, app: App) -> bool:
    """Whether cached results are cleared with a new release."""
    boot = boot_of(snapshot.module(app.entrypoint))
    return boot is not None and boot.clears


def own_runs(snapshot: Snapshot, app: App) -> tuple[str, ...]:
    """The pages that Streamlit runs without running the entrypoint before."""
    navigates = any(name == "streamlit.navigation" for one in snapshot.modules(app) for name, _ in one.calls)
    return () if navigates else tuple(page for page in app.pages if is_page(page, app.folder))


def _is_asked_first(source: Source, node: ast.AST) -> bool:
    """Whether it is run only for some of the visitors' doings: below ``if st.button(…)``, for instance."""
    return isinstance(node, (ast.If, ast.While)) and any(
        _is_of_streamlit(source, one) for one in _meant(source, node.test)
    )


def _meant(source: Source, test: ast.expr) -> Iterator[ast.AST]:
    """The parts of a condition, and of what its names are bound to."""
    for node in ast.walk(test):
        yield node
        values = (source.bound(node.id) or []) if isinstance(node, ast.Name) else []
        for value in values[:_MOST]:
            yield from islice(ast.walk(value), _MOST)


def _is_of_streamlit(source: Source, node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and source.name(node).startswith("streamlit.")


def _wish(call: ast.Call, place: int, name: str) -> bool:
    given = next((one.value for one in call.keywords if one.arg == name), None)
    if given is None and len(call.args) > place:
        given = call.args[place]
    return not (isinstance(given, ast.Constant) and given.value is False)
