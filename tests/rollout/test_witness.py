"""The witness ends with the wait, whatever it was about to do."""

from __future__ import annotations

import asyncio

import pytest

from freshboot.hosts.address import Address
from freshboot.live.connection import Limits
from freshboot.live.http import http_client
from freshboot.rollout import witness as module
from freshboot.rollout.witness import Witness, witnessing


class Deaf(Witness):
    """Loses the first cancellation, as Python's wait_for may."""

    async def _watch(self) -> None:
        self.tried.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if not self.sign.is_set():
                self.sign.set()
                return
            raise


async def test_a_cancellation_that_was_lost_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CANCEL_AGAIN", 0.01)
    async with http_client() as http:
        deaf = Deaf(Address.parse("http://localhost:1"), http, Limits())
        async with witnessing(deaf):
            await deaf.tried.wait()
    assert deaf.sign.is_set()


async def test_a_fault_of_its_own_is_not_swallowed() -> None:
    class Broken(Witness):
        async def _watch(self) -> None:
            raise ZeroDivisionError

    async with http_client() as http:
        with pytest.raises(ZeroDivisionError):
            async with witnessing(Broken(Address.parse("http://localhost:1"), http, Limits())):
                await asyncio.sleep(0)
