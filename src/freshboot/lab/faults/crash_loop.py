"""The process dies shortly after each start."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import TYPE_CHECKING

from freshboot.lab.faults.interface import Fault, seconds_of

if TYPE_CHECKING:
    from freshboot.lab.faults.interface import Step
    from freshboot.lab.host import Host
    from freshboot.lab.replica import Replica

_LIFE_S = 0.5
_POLL_S = 0.02


class CrashLoop(Fault):
    """From the next push on every process is killed some time after it first answers, as for its memory.

    The host starts it again, later each time. It ends with the fault.
    """

    name = "crash-loop"
    usage = "crash-loop[:SECONDS]"

    def __init__(self, argument: str | None) -> None:
        super().__init__(argument)
        self.seconds = _LIFE_S if argument is None else seconds_of(type(self), argument)
        self._tasks: list[asyncio.Task[None]] = []

    async def deploy(self, host: Host, proceed: Step) -> None:
        """Deploy, and then let no process live."""
        await proceed()
        if not self._tasks and self in host.faults:
            self._tasks = [host.begin(self._kill(replica)) for replica in host.replicas]

    async def let_go(self) -> None:
        """Let them live."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _kill(self, replica: Replica) -> None:
        while True:
            await asyncio.sleep(_POLL_S)
            if replica.ready and (pid := replica.pid) is not None:
                await asyncio.sleep(self.seconds)
                # Whatever has happened meanwhile: only the process that was meant.
                if replica.pid == pid:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
