"""How an app calls ``freshboot.boot()``."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.sources import Module
from freshboot.survey import App
from freshboot.survey.apps import is_page

_BOOT = ("freshboot.boot", "freshboot.app.boot.boot")


@dataclass(frozen=True)
class Boot:
    """The first call in a source: where it is, and what it does beside watching."""

    line: int
    heals: bool
    clears: bool


def boot_of(module: Module) -> Boot | None:
    """The first call of ``boot()``; None where there is none."""
    calls = [call for name, call in module.calls if name in _BOOT]
    if not calls:
        return None
    first = min(calls, key=lambda call: call.lineno)
    heals, clears = (_wish(first, place, name) for place, name in enumerate(("heal", "clear")))
    return Boot(first.lineno, heals, heals and clears)


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


def _wish(call: ast.Call, place: int, name: str) -> bool:
    given = next((one.value for one in call.keywords if one.arg == name), None)
    if given is None and len(call.args) > place:
        given = call.args[place]
    return not (isinstance(given, ast.Constant) and given.value is False)
