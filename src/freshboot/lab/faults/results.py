"""Cached results outlive the code and the data that they were made from."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from freshboot.lab.faults.interface import Fault
from freshboot.lab.visitor import Visitor

if TYPE_CHECKING:
    from freshboot.lab.faults.interface import Step
    from freshboot.lab.host import Host

_ARRIVAL_LIMIT_S = 5.0


class Results(Fault):
    """Somebody keeps the app's first page open, on each replica, until the fault is lifted.

    So the caches are filled when a push comes, and since somebody is connected Streamlit reloads the modules
    and runs the page again. What ``st.cache_data`` and ``st.cache_resource`` hold stays.
    """

    name = "results"
    usage = "results"

    def __init__(self, argument: str | None) -> None:
        super().__init__(argument)
        self._visitors: list[Visitor] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def take_hold(self, host: Host) -> None:
        """Let the visitors come."""
        self._visitors = [Visitor(replica, host.sessions) for replica in host.replicas]
        self._tasks = [host.begin(visitor.stay()) for visitor in self._visitors]

    async def let_go(self) -> None:
        """Let them leave."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def deploy(self, host: Host, proceed: Step) -> None:
        """Deploy once they have all seen the page, unless nobody is let in."""
        if host.sessions.admitted and host.ports:
            arrivals = [asyncio.ensure_future(visitor.served.wait()) for visitor in self._visitors]
            _, late = await asyncio.wait(arrivals, timeout=_ARRIVAL_LIMIT_S)
            for arrival in late:
                arrival.cancel()
        await proceed()
