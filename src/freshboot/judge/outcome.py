"""How a wait ended, and how it came to that."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from freshboot.judge.causes import Cause
from freshboot.judge.evidence import Expectation, Observation
from freshboot.judge.verdict import Judgement, Verdict


@dataclass(frozen=True)
class Tally:
    """What a wait saw, counted.

    ``flaps``: how often a process that had attested the release answered otherwise later. ``outages``: how
    often answers ceased after there had been some. ``healed`` is how many old modules ``boot()`` dropped, as
    far as it was told; ``woken``: the app had to be woken.
    """

    asked: int = 0
    answered: int = 0
    processes: int = 0
    flaps: int = 0
    outages: int = 0
    healed: int = 0
    woken: bool = False


def tally(observations: Sequence[Observation], *, woken: bool = False) -> Tally:
    """Count what was seen."""
    answers = [one for one in observations if one.boot_id is not None]
    pairs = itertools.pairwise(observations)
    return Tally(
        asked=len(observations),
        answered=len(answers),
        processes=len({one.boot_id for one in answers}),
        flaps=_flaps(answers),
        outages=sum(one.boot_id is not None and other.boot_id is None for one, other in pairs),
        healed=max((one.healed for one in answers), default=0),
        woken=woken,
    )


def _flaps(answers: Sequence[Observation]) -> int:
    latest: dict[str | None, bool] = {}
    count = 0
    for one in answers:
        count += latest.get(one.boot_id, False) and not one.fresh
        latest[one.boot_id] = one.fresh
    return count


@dataclass(frozen=True)
class Applied:
    """A remedy that was applied, and the verdict after it.

    ``does`` says what was done, ``steps`` what a person was asked to do; ``seconds`` is how long it took from
    its beginning to its verdict. ``verdict`` and ``cause`` are None where it could do nothing.
    """

    name: str
    does: str
    verdict: Verdict | None = None
    cause: Cause | None = None
    seconds: float = 0.0
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """The last judgement of a wait, with its events as (seconds since it began, words).

    ``detected`` is when the unbroken run of fresh answers began, ``settled`` when it had lasted long enough,
    both in seconds, or None where there was no such run. ``replicas`` is how many processes were expected.
    ``applied`` are the remedies that were, in their order.
    """

    judgement: Judgement
    expected: Expectation
    timeline: tuple[tuple[float, str], ...]
    replicas: int
    detected: float | None
    settled: float | None
    tally: Tally = field(default_factory=Tally)
    applied: tuple[Applied, ...] = ()
