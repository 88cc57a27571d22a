"""The layers in which code can be stale: what was attested in each, and what was not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from freshboot.judge.evidence import FileFinding
from freshboot.judge.words import short
from freshboot.proof import Layer
from freshboot.tell.report.record import Result
from freshboot.tell.report.secrets import clean
from freshboot.tell.report.words import PLACES, counted

_SHOWN = 5


class State(str, Enum):
    """What is known of a layer."""

    FRESH = "the release"
    STALE = "not the release"
    UNKNOWN = "not known"
    NOT_ASKED = "not asked for"


@dataclass(frozen=True)
class LayerStory:
    """One layer: what it is, its state, and what was attested in it."""

    layer: Layer
    name: str
    meaning: str
    state: State
    words: str


def layers(result: Result | None) -> tuple[LayerStory, ...]:
    """Every layer, the innermost cause first."""
    return tuple(_layer(one, result) for one in Layer)


def _layer(layer: Layer, result: Result | None) -> LayerStory:
    name, meaning = PLACES[layer]
    state, words = _known(layer, result)
    return LayerStory(layer, name, meaning, state, words)


def _known(layer: Layer, result: Result | None) -> tuple[State, str]:
    if result is None:
        return State.UNKNOWN, "no answer is on record"
    found = [one for one in result.files if one.layer is layer]
    lines = [one for one in result.requirements if layer is Layer.PACKAGES]
    told = _some(
        [*map(described, found), *(f"{one.line} ({one.file}) is {one.state.value}" for one in lines)]
    )
    if any(one.is_certain for one in found) or (lines and result.is_definite):
        return State.STALE, told
    if found or lines:
        return State.UNKNOWN, told
    if result.is_fresh(layer):
        return (
            State.FRESH,
            f"attested by {counted(len(result.processes), 'process', 'processes')}: nothing differs",
        )
    if result.asked and layer not in result.asked:
        return State.NOT_ASKED, "nothing is said of it"
    return State.UNKNOWN, _why_unknown(layer, result)


def _why_unknown(layer: Layer, result: Result) -> str:
    if not result.is_attested:
        return "nobody told what runs"
    if layer is Layer.EDGE:
        return "it is looked at when everything behind it is the release"
    return "nothing contradicts the release, but the answer was not whole, or did not last long enough"


def described(one: FileFinding) -> str:
    """A file that is not fresh: where its bytes come from, or what is wrong with it."""
    name = clean(one.path) if one.path else "a file that no commit names"
    if one.origin is None:
        return f"{name} is {one.state.value}"
    return f"{name} is from {short(one.origin.commit)}, {counted(one.origin.behind, 'commit')} behind"


def _some(words: Sequence[str]) -> str:
    rest = len(words) - _SHOWN
    return "; ".join(words[:_SHOWN]) + (f"; and {rest} more" if rest > 0 else "")
