"""What a wait waits for, in the words of its progress line."""

from __future__ import annotations

from collections.abc import Callable

from freshboot.judge.verdict import Judgement, Policy
from freshboot.proof import Layer

Awaiting = Callable[[str, float], None]
"""Told what is awaited, and for how many seconds at most; no words: nothing is, any more."""


def unheard(_words: str, _left: float) -> None:
    """Nobody looks on."""


def awaited(judgement: Judgement, commit: str, policy: Policy) -> str:
    """What must come next for this judgement to become a better one, of the release ``commit``."""
    release = commit[:7]
    if judgement.to_look:
        return f"the pages of {release} to be looked at"
    if judgement.fresh_at is not None:
        return f"{release} to stay fresh for {policy.settle:g} s"
    if not judgement.live:
        return "an answer of the app"
    readings = [one.reading for one in judgement.live if one.reading is not None]
    pulls = any(found.layer is Layer.DISK for reading in readings for found in reading.findings)
    return f"the host to {'pull' if pulls else 'run'} {release}"
