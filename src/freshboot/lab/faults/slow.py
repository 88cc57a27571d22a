"""A pull that takes its time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from freshboot.lab.faults.interface import Fault, seconds_of

if TYPE_CHECKING:
    from freshboot.lab.checkout import Landing


class Slow(Fault):
    """The files land one by one, spread over some seconds, as those of a large checkout do."""

    name = "slow"
    usage = "slow:SECONDS"

    def __init__(self, argument: str | None) -> None:
        super().__init__(argument)
        self.seconds = seconds_of(type(self), argument or "")

    def land(self, landing: Landing) -> Landing:
        """The same files over the longest time that was asked for."""
        return replace(landing, seconds=max(landing.seconds, self.seconds))
