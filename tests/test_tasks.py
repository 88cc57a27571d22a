"""A task is ended for certain, whatever it loses."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from freshboot import tasks
from freshboot.tasks import end


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_CANCEL_AGAIN_S", 0.01)


async def test_a_cancellation_that_was_lost_is_made_again() -> None:
    lost: list[type[BaseException]] = []

    async def deaf() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        lost.append(asyncio.CancelledError)  # as Python's wait_for may
        await asyncio.Event().wait()

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    await end(task)
    assert task.cancelled()
    assert lost


async def test_what_it_raised_is_passed_on() -> None:
    async def broken() -> None:
        raise ZeroDivisionError

    task = asyncio.create_task(broken())
    await asyncio.sleep(0)
    with pytest.raises(ZeroDivisionError):
        await end(task)
