"""The new version, and then the old one again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from freshboot.lab.faults.interface import Fault, seconds_of

if TYPE_CHECKING:
    from freshboot.lab.faults.interface import Step
    from freshboot.lab.host import Host
    from freshboot.lab.replica import Replica

_NEW_FOR_S = 3.0


class Flap(Fault):
    """Some seconds after a push has been deployed the host goes back to the commit before it.

    The old files come back and a new process runs them, on every replica. The next push is deployed as usual,
    and taken back as well, until the fault is lifted.
    """

    name = "flap"
    usage = "flap[:SECONDS]"

    def __init__(self, argument: str | None) -> None:
        super().__init__(argument)
        self.seconds = _NEW_FOR_S if argument is None else seconds_of(type(self), argument)

    async def deploy(self, host: Host, proceed: Step) -> None:
        """Deploy, and see to it that it does not last."""
        before = [replica.checkout.commit for replica in host.replicas]
        await proceed()
        for replica, old in zip(host.replicas, before, strict=True):
            if old is not None and old != replica.checkout.commit:
                host.begin(self._back(host, replica, old))

    async def _back(self, host: Host, replica: Replica, old: str) -> None:
        new = replica.checkout.commit
        await asyncio.sleep(self.seconds)
        async with host.turn:
            # A later push, a reboot or the fault's end have made it pointless.
            if self in host.faults and replica.checkout.commit == new and replica.ready:
                await replica.checkout.land(await replica.checkout.fetch(old), whole=True)
                await replica.restart()
