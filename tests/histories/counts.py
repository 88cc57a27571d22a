"""What became of the histories."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_PROVEN = 0.95
"""Of the histories at whose end every page shows the release."""
LEAST_STALE = 0.30
"""Of all histories: that a page shows something else at the end."""


@dataclass
class Counts:
    """``exact``: every page showed the release in the end. ``failure``: the smallest that went wrong."""

    histories: int = 0
    exact: int = 0
    exact_and_proven: int = 0
    false_proven: int = 0
    wrong_commits: int = 0
    seconds: float = 0.0
    failure: str = ""

    @property
    def proven(self) -> float:
        """The share of exact pages that were proven."""
        return self.exact_and_proven / max(self.exact, 1)

    @property
    def stale(self) -> float:
        """The share of histories that end with something else on a page than the release."""
        return 1 - self.exact / max(self.histories, 1)

    def __str__(self) -> str:
        return (
            f"{self.histories} histories: {self.false_proven} false proven,"
            f" {self.wrong_commits} wrong commits, {self.stale:.0%} end with a stale page,"
            f" {self.proven:.1%} of the exact pages proven"
        )
