"""The app goes to sleep at the moment of the push."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freshboot.lab.faults.interface import Fault

if TYPE_CHECKING:
    from freshboot.lab.faults.interface import Step
    from freshboot.lab.host import Host


class Asleep(Fault):
    """The processes end instead of being updated; waking is a fresh clone of the newest commit."""

    name = "asleep"
    usage = "asleep"

    async def deploy(self, host: Host, proceed: Step) -> None:
        """Go to sleep and leave the push to whoever wakes the app."""
        del proceed
        await host.sleep()
