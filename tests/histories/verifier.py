"""The verifier of the histories: the real reading of an answer and the real judge, without a network.

The one place of the histories that knows how ``freshboot.rollout`` puts the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from freshboot.judge.evidence import Evidence, Looked, Observation
from freshboot.judge.pages import PageLook, Raised
from freshboot.judge.verdict import Judgement, Policy, judge
from freshboot.proof import parse_attestation
from freshboot.rollout.expectation import Releases
from freshboot.rollout.observe import Observer
from tests.histories.shown import Shown

SETTLE_SECONDS = 10.0


class Verifier:
    """One wait for one release; ``told`` is how many replicas it is said that there are."""

    def __init__(self, releases: Releases, told: int) -> None:
        self.expected = releases.expected
        nobody: dict[str, Any] = {one.name: None for one in fields(Observer) if one.default is MISSING}
        self._observer = Observer(**{**nobody, "releases": releases, "now": lambda: 0.0})
        self._policy = Policy(
            settle=SETTLE_SECONDS, grace=SETTLE_SECONDS, replicas=told, assumed=False, looks=True
        )
        self._observations: list[Observation] = []
        self._looked: Looked | None = None

    def hear(self, at: float, answer: str) -> Observation:
        """Take in one answer, ``at`` seconds after the wait began."""
        attestation = parse_attestation(answer)
        reading, commit = self._observer._read(attestation)
        seen = Observation(
            at=at,
            boot_id=attestation.boot_id,
            reading=reading,
            commit=commit,
            superseding=commit != self.expected.commit,
            healed=attestation.healed,
        )
        self._observations.append(seen)
        if not seen.fresh:
            self._looked = None
        return seen

    def look(self, pages: Mapping[str, Shown]) -> None:
        """Take in what the pages showed: an exception on one of them is no cache's fault."""
        raised = (
            PageLook(page, raised=Raised(one.exception, "")) for page, one in pages.items() if one.exception
        )
        self._looked = Looked(raised=tuple(raised))

    def judge(self, at: float, *, over: bool = False) -> Judgement:
        """What may be said now."""
        evidence = Evidence(self.expected, tuple(self._observations), looked=self._looked)
        return judge(evidence, self._policy, at, over=over)
