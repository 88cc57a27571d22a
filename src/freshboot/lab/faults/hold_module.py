"""The process keeps the modules that it has imported: an in-place pull while nobody is connected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freshboot.lab.faults.interface import Fault

if TYPE_CHECKING:
    from freshboot.lab.faults.interface import Step
    from freshboot.lab.host import Host


class HoldModule(Fault):
    """All sessions are dropped and none is admitted until the pull is done.

    Streamlit's file watcher belongs to a connected session, so nothing in the process hears
    of the change. The process itself goes on.
    """

    name = "hold-module"
    usage = "hold-module"

    async def deploy(self, host: Host, proceed: Step) -> None:
        """Deploy behind a closed door, once Streamlit has given up its watchers."""
        async with host.sessions.refused():
            await host.unwatched()
            await proceed()
