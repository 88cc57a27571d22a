"""The door that sessions come through: who is inside, and whether it is open."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


class Sessions:
    """The tasks that carry one WebSocket session each."""

    def __init__(self) -> None:
        self._carried: set[asyncio.Task[object]] = set()
        self._refusals = 0

    def __len__(self) -> int:
        return len(self._carried)

    @property
    def admitted(self) -> bool:
        """Whether a new session may come in now."""
        return not self._refusals

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Count the current task as a session until the block ends."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a session lives in a task")
        self._carried.add(task)
        try:
            yield
        finally:
            self._carried.discard(task)

    async def drop(self) -> None:
        """End all sessions and wait until they have said goodbye on both sides."""
        carried = list(self._carried)
        for task in carried:
            task.cancel()
        if carried:
            await asyncio.wait(carried)

    @asynccontextmanager
    async def refused(self) -> AsyncIterator[None]:
        """Nobody is connected inside the block: all are dropped first, and none is admitted until its end."""
        self._refusals += 1
        try:
            await self.drop()
            yield
        finally:
            self._refusals -= 1
