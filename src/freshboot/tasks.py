"""Ends a task of asyncio for certain."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

_CANCEL_AGAIN_S = 1.0


async def end(task: asyncio.Task[Any]) -> None:
    """Cancel a task until it hears it, and pass on what it raised before.

    Up to Python 3.11 ``asyncio.wait_for`` loses a cancellation that comes in the moment in which it is done
    (https://github.com/python/cpython/issues/86296): a task that works in a loop would go on for ever.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait((task,), timeout=_CANCEL_AGAIN_S)
    with contextlib.suppress(asyncio.CancelledError):
        task.result()
