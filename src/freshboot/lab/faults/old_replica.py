"""One replica of several stays old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freshboot.lab.errors import LabError
from freshboot.lab.faults.interface import Fault

if TYPE_CHECKING:
    from freshboot.lab.faults.interface import Step
    from freshboot.lab.host import Host
    from freshboot.lab.replica import Replica


class OldReplica(Fault):
    """A push reaches all replicas but the last, which goes on serving its share of the visitors."""

    name = "replica"
    usage = "replica"

    async def take_hold(self, host: Host) -> None:
        """Raises ``LabError`` where there is one replica only."""
        if len(host.replicas) < 2:
            raise LabError("one replica of one cannot differ", "start the lab with --replicas 2")

    async def pull(self, host: Host, replica: Replica, proceed: Step) -> None:
        """Leave out the last."""
        if replica is not host.replicas[-1]:
            await proceed()
