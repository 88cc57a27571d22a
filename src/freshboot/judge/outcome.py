"""How a wait ended, and how it came to that."""

from __future__ import annotations

from dataclasses import dataclass

from freshboot.judge.evidence import Expectation
from freshboot.judge.verdict import Judgement


@dataclass(frozen=True)
class Outcome:
    """The last judgement of a wait, with its events as (seconds since it began, words).

    ``detected`` is when the unbroken run of fresh answers began, ``settled`` when it had lasted long enough,
    both in seconds, or None where there was no such run. ``replicas`` is how many processes were expected.
    """

    judgement: Judgement
    expected: Expectation
    timeline: tuple[tuple[float, str], ...]
    replicas: int
    detected: float | None
    settled: float | None
