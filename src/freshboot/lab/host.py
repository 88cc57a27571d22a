"""What Community Cloud does with an app: deploys a push in place, lets it sleep, wakes it."""

from __future__ import annotations

import asyncio
import logging
from enum import IntEnum
from functools import partial
from typing import TYPE_CHECKING

from freshboot.lab.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Coroutine, Iterable, Sequence

    from freshboot.lab.faults import Fault
    from freshboot.lab.remote import Remote
    from freshboot.lab.replica import Replica

_LOG = logging.getLogger(__name__)


class Phase(IntEnum):
    """What the app is doing, by the numbers of ``GET /api/v2/app/status``.

    Several projects have measured 5 and 12 on Community Cloud; the others are of medium confidence.
    """

    UPDATING = 3
    INSTALLING = 4
    RUNNING = 5
    RESTARTING = 6
    IS_SHUTDOWN = 12


class Host:
    """The replicas of one app and all that happens to them.

    ``sleep`` and ``install`` are steps: whoever takes one from outside holds ``turn``, so that no two of them
    run at once.
    """

    def __init__(self, remote: Remote, replicas: Sequence[Replica], faults: Sequence[Fault] = ()) -> None:
        self.remote = remote
        self.replicas = tuple(replicas)
        self.faults = tuple(faults)
        self.sessions = Sessions()
        self.turn = asyncio.Lock()
        self.noticed: str | None = None
        """The newest commit whose push the host has heard of."""
        self.problems: list[str] = []
        """What went wrong and was not asked for."""
        self._asleep = False
        self._pulling = False
        self._installed = False
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def phase(self) -> Phase:
        """As the status call tells it."""
        if self._asleep:
            return Phase.IS_SHUTDOWN
        if not any(replica.ready for replica in self.replicas):
            return Phase.RESTARTING if self._installed else Phase.INSTALLING
        return Phase.UPDATING if self._pulling else Phase.RUNNING

    @property
    def ports(self) -> list[int]:
        """Where the replicas listen that answer now."""
        return [replica.port for replica in self.replicas if replica.ready]

    async def follow(self) -> None:
        """Deploy each push as it comes, until cancelled."""
        async for commit in self.remote.pushes(self.replicas[0].checkout.commit):
            self.begin(self._push(commit))

    def begin(self, work: Coroutine[None, None, None]) -> None:
        """Do something in the background; what goes wrong with it is kept under ``problems``."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def sleep(self) -> None:
        """End the processes; the edge answers as asleep from now on."""
        self._asleep = True
        await self._stop_replicas()

    async def install(self) -> None:
        """A fresh clone of the newest commit and a fresh process for each replica: at first, on waking."""
        self._asleep = self._installed = False
        await self._stop_replicas()
        try:
            await _together(replica.install() for replica in self.replicas)
        finally:
            self._installed = True

    async def resume(self) -> None:
        """What the resume call sets going: nothing where the app is awake."""
        async with self.turn:
            if self._asleep:
                await self.install()

    async def unwatched(self) -> None:
        """Wait until no replica's Streamlit watches its files any more."""
        await _together(replica.unwatched() for replica in self.replicas)

    async def close(self) -> None:
        """End everything at once."""
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self.sessions.drop()
        await _together(replica.stop(limit_s=0) for replica in self.replicas)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("what was under way has failed", exc_info=error)
            self.problems.append(str(error))

    async def _push(self, commit: str) -> None:
        for fault in self.faults:
            if not await fault.noticed():
                return
        self.noticed = commit
        async with self.turn:
            await self._deploy()

    async def _deploy(self) -> None:
        """Bring all replicas to the branch's tip, through whatever faults are set."""
        tip = self.remote.tip()
        if tip is None or self._asleep or all(replica.checkout.commit == tip for replica in self.replicas):
            return
        proceed = partial(self._pull_all, tip)
        for fault in reversed(self.faults):
            proceed = partial(fault.deploy, self, proceed)
        await proceed()

    async def _pull_all(self, commit: str) -> None:
        self._pulling = True
        try:
            await _together(self._pull(replica, commit) for replica in self.replicas)
        finally:
            self._pulling = False

    async def _pull(self, replica: Replica, commit: str) -> None:
        checkout, entrypoint = replica.checkout, replica.program.entrypoint
        before = checkout.dependencies(entrypoint)
        landing = planned = await checkout.fetch(commit)
        for fault in self.faults:
            planned = fault.land(planned)
        await checkout.land(planned, whole=planned == landing)
        replica.pulls += 1
        if checkout.dependencies(entrypoint) != before or not replica.ready:
            await replica.restart()

    async def _stop_replicas(self) -> None:
        await _together(replica.stop() for replica in self.replicas)


async def _together(work: Iterable[Awaitable[None]]) -> None:
    """Do it all at once and to its end; only then raise the first error, if there is one."""
    for outcome in await asyncio.gather(*work, return_exceptions=True):
        if outcome is not None:
            raise outcome
