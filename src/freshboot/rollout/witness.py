"""A session held open on the live app while a push lands.

It makes the host's hot reload work (a watcher belongs to a connected session) and hears of the change within
milliseconds. What it hears is a wake-up call, not the truth: the first changed file of many sets it off.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp

from freshboot.hosts.address import Address
from freshboot.live.connection import Limits
from freshboot.live.errors import SessionError
from freshboot.live.session import Session
from freshboot.tasks import end

_PAUSE = 0.5
"""Seconds before a lost session is opened again; a restarting server answers after about a second."""


class Witness:
    """Keeps one session open. ``sign`` is set whenever the app may have changed, ``tried`` for good once the
    first session is open, or could not be opened.
    """

    def __init__(
        self,
        address: Address,
        http: aiohttp.ClientSession,
        limits: Limits,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.sign = asyncio.Event()
        self.tried = asyncio.Event()
        self._address = address
        self._http = http
        self._limits = limits
        self._sleep = sleep

    async def run(self) -> None:
        """Watch until cancelled, opening the session anew whenever it is lost."""
        while True:
            with contextlib.suppress(SessionError):
                await self._watch()
            self.tried.set()
            await self._sleep(_PAUSE)

    async def _watch(self) -> None:
        async with Session.open(self._address.websocket, http=self._http, limits=self._limits) as session:
            await session.watch()
            self.tried.set()
            self.sign.set()
            async for _ in session.signs():
                self.sign.set()


@contextlib.asynccontextmanager
async def witnessing(witness: Witness) -> AsyncIterator[Witness]:
    """Run the witness in the background for as long as the block lasts."""
    task = asyncio.create_task(witness.run())
    try:
        yield witness
    finally:
        await end(task)
