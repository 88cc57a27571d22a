"""What is loaded held against what lies on disk, file by file, for people to look at."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from freshboot.app import modules, scripts, staleness
from freshboot.app.memory import Fact, memory
from freshboot.app.places import Places
from freshboot.app.running import Run
from freshboot.app.state import State
from freshboot.proof import Kind

_DIGITS = 7
_MOST_LINES = 500


class Row(NamedTuple):
    """A file of the app: whether what is loaded of it is what lies on disk, and else what is the matter."""

    path: str
    fresh: bool
    matter: str = ""


def compare(state: State, places: Places, run: Run) -> tuple[Row, ...]:
    """Every file of the app of which something is loaded, by its path from the root; what is old first."""
    with state.lock:
        live = scripts.live(state, run)
        found = modules.survey(state, places)
        staleness.note_losses(state, found)
        facts = memory(state, places, found, live, ()).facts
        return tuple(sorted({_row(state, places, fact) for fact in facts}, key=lambda one: (one.fresh, one)))


def summary(rows: Sequence[Row]) -> str:
    """How many are fresh, and how many are not."""
    fresh = sum(one.fresh for one in rows)
    told = f"✅ {fresh} as on disk"
    return f"{told}, ❌ {len(rows) - fresh} not" if fresh < len(rows) else told


def listed(rows: Iterable[Row]) -> str:
    """A line for each."""
    lines = [f"{'✅' if one.fresh else '❌'} {_visible(one.path)}{one.matter}" for one in rows]
    more = len(lines) - _MOST_LINES
    return "\n".join(lines[:_MOST_LINES] + ([f"… and {more} more"] if more > 0 else []))


def _row(state: State, places: Places, fact: Fact) -> Row:
    if fact.kind is Kind.UNRECORDED:
        return Row(fact.path, fresh=False, matter=": loaded, and nobody knows from what")
    on_disk = state.files.blob(os.path.join(places.real_root, fact.path))
    if fact.kind is Kind.KEPT and fact.content == on_disk:
        return Row(fact.path, fresh=False, matter=": held from before a change of other files")
    if fact.content == on_disk:
        return Row(fact.path, fresh=True)
    lies = f"on disk {on_disk[:_DIGITS]}" if on_disk else "gone from disk"
    return Row(fact.path, fresh=False, matter=f": loaded {fact.content[:_DIGITS]}, {lies}")


def _visible(path: str) -> str:
    return "".join(one if one.isprintable() else "?" for one in path)
