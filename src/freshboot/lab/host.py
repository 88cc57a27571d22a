"""What Community Cloud does with an app: deploys a push in place, lets it sleep, wakes it."""

from __future__ import annotations

import asyncio
import logging
from enum import IntEnum
from functools import partial, reduce
from typing import TYPE_CHECKING

from freshboot.lab.errors import InstallerFailed
from freshboot.lab.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence

    from freshboot.lab.faults import Fault
    from freshboot.lab.remote import Remote
    from freshboot.lab.replica import Replica
    from freshboot.lab.target import Target

    Step = Callable[[], Awaitable[None]]

PULLING = "Pulling code changes from Github..."
PROCESSING = "Processing dependencies..."

_LOG = logging.getLogger(__name__)


class Phase(IntEnum):
    """What the app is doing, by the numbers of ``GET /api/v2/app/status``.

    Several projects have measured 5 and 12 on Community Cloud; the others are of medium confidence.
    """

    UPDATING = 3
    INSTALLING = 4
    RUNNING = 5
    RESTARTING = 6
    PLATFORM_ERROR = 11
    IS_SHUTDOWN = 12
    INSTALLER_ERROR = 13


class Host:
    """The replicas of one app and all that happens to them.

    ``sleep`` and ``install`` are steps: whoever takes one from outside holds ``turn``, so that no two of them
    run at once.
    """

    def __init__(self, remote: Remote, replicas: Sequence[Replica], target: Target) -> None:
        self.remote = remote
        self.replicas = tuple(replicas)
        self.faults: tuple[Fault, ...] = ()
        self._told = target
        self.sessions = Sessions()
        self.turn = asyncio.Lock()
        self.noticed: str | None = None
        """The newest commit whose push the host has heard of."""
        self.problems: list[str] = []
        """What went wrong and was not asked for."""
        self._asleep = False
        self._pulling = False
        self._installed = False
        self._failed = False
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def phase(self) -> Phase:
        """As the status call tells it."""
        if self._asleep:
            return Phase.IS_SHUTDOWN
        if self._failed:
            return Phase.INSTALLER_ERROR
        if not any(replica.ready for replica in self.replicas):
            return Phase.RESTARTING if self._installed else Phase.INSTALLING
        return Phase.UPDATING if self._pulling else Phase.RUNNING

    @property
    def ports(self) -> list[int]:
        """Where the replicas listen that answer now."""
        return [replica.port for replica in self.replicas if replica.ready]

    @property
    def target(self) -> Target:
        """What the host follows and runs."""
        return reduce(lambda target, fault: fault.target(target), self.faults, self._told)

    async def order(self, faults: Iterable[Fault]) -> None:
        """Replace the faults; one that is there already goes on as it is, with all that it remembers.

        Where they change what the host follows or runs, the app is deployed anew, as a person does it. Raises
        ``LabError`` for a fault that cannot be had here; then all stays as it was.
        """
        known, before = {fault.text: fault for fault in self.faults}, self.target
        wanted = tuple(known.get(fault.text, fault) for fault in faults)
        taken: list[Fault] = []
        try:
            for fault in wanted:
                if fault not in self.faults:
                    taken.append(fault)
                    await fault.take_hold(self)
        except BaseException:
            await _together(fault.let_go() for fault in taken)
            raise
        gone, self.faults = [fault for fault in self.faults if fault not in wanted], wanted
        await _together(fault.let_go() for fault in gone)
        if self._installed and not self._asleep and self.target != before:
            async with self.turn:
                await self.install()

    async def follow(self) -> None:
        """Deploy each push as it comes, until cancelled."""
        known = self.replicas[0].checkout.commit
        async for commit in self.remote.pushes(known, lambda: self.target.branch):
            self.begin(self._push(commit))

    def begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Do something in the background; what goes wrong with it is kept under ``problems``."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def sleep(self) -> None:
        """End the processes; the edge answers as asleep from now on."""
        self._asleep = True
        await self._stop_replicas()

    async def install(self) -> None:
        """A fresh clone of the newest commit and a fresh process for each replica: at first, on waking."""
        self._asleep = self._installed = self._failed = False
        await self._stop_replicas()
        try:
            await _together(replica.install(self.target) for replica in self.replicas)
        except InstallerFailed:
            self._failed = True
            raise
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
        tip = self.remote.tip(self.target.branch)
        if tip is None or self._asleep or all(replica.checkout.commit == tip for replica in self.replicas):
            return
        await self._through(lambda fault, step: fault.deploy(self, step), partial(self.pull_all, tip))

    async def pull_all(self, commit: str) -> None:
        """Bring all replicas to a commit, each in place; one whose installer fails keeps its process."""
        self._pulling = True
        try:
            await _together(self._pull(replica, commit) for replica in self.replicas)
            self._failed = False
        except InstallerFailed:
            self._failed = True
        finally:
            self._pulling = False

    async def _through(self, stage: Callable[[Fault, Step], Awaitable[None]], step: Step) -> None:
        """Do the step as the faults let it be done at this stage, the first of them outermost."""
        for fault in reversed(self.faults):
            step = partial(stage, fault, step)
        await step()

    async def _pull(self, replica: Replica, commit: str) -> None:
        try:
            apply = partial(self._apply, replica, commit)
            await self._through(lambda fault, step: fault.pull(self, replica, step), apply)
        except InstallerFailed:
            replica.say("installer returned a non-zero exit code")
            raise

    async def _apply(self, replica: Replica, commit: str) -> None:
        replica.say(PULLING)
        landing = planned = await replica.checkout.fetch(commit)
        for fault in self.faults:
            planned = fault.land(planned)
        land = partial(replica.checkout.land, planned, whole=planned == landing)
        await self._through(lambda fault, step: fault.write(replica, planned, step), land)
        replica.pulls += 1
        replica.say(PROCESSING)
        changed = replica.dependencies != replica.provided
        if changed:
            await self._through(lambda fault, step: fault.install(replica, step), replica.provide)
        if changed or not replica.ready:
            await replica.restart()
        replica.say("Updated app!")

    async def _stop_replicas(self) -> None:
        await _together(replica.stop() for replica in self.replicas)


async def _together(work: Iterable[Awaitable[None]]) -> None:
    """Do it all at once and to its end; only then raise the first error, if there is one."""
    for outcome in await asyncio.gather(*work, return_exceptions=True):
        if outcome is not None:
            raise outcome
