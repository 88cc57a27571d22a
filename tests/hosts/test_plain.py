from __future__ import annotations

import aiohttp
import pytest

from freshboot.hosts.host import Condition, State, Tracked
from freshboot.hosts.http import Answer
from freshboot.hosts.plain import Plain, read
from tests.hosts.servers import host, says


@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        (200, b"ok", State.AWAKE),
        (200, b"<!doctype html>", State.NOT_STREAMLIT),
        (200, b"ok\n", State.NOT_STREAMLIT),
        (303, b"", State.NOT_STREAMLIT),
        (400, b"asleep", State.NOT_STREAMLIT),
        (401, b"", State.PRIVATE),
        (403, b"", State.PRIVATE),
        (404, b"", State.NOT_STREAMLIT),
        (500, b"", State.DOWN),
        (503, b"Service Unavailable", State.DOWN),
        (503, b"unavailable", State.STARTING),
    ],
)
def test_what_a_health_check_means(status: int, body: bytes, state: State) -> None:
    assert read(Answer(status, body)).state is state


async def test_asks_streamlits_own_health_check(http: aiohttp.ClientSession) -> None:
    async with host({"/base/_stcore/health": says("ok")}) as address:
        assert await Plain(http, address.under("/base")).condition() == Condition(State.AWAKE)
        assert (await Plain(http, address).condition()).state is State.NOT_STREAMLIT


async def test_a_server_that_is_gone_is_down(http: aiohttp.ClientSession) -> None:
    async with host({}) as address:
        pass
    condition = await Plain(http, address).condition()
    assert condition.state is State.DOWN
    assert condition.detail.startswith(f"no connection to 127.0.0.1:{address.port}: ")


async def test_can_be_reached_by_the_name_localhost(http: aiohttp.ClientSession) -> None:
    async with host({"/_stcore/health": says("ok")}) as address:
        named = type(address)("http", "localhost", address.port)
        assert (await Plain(http, named).condition()).state is State.AWAKE


async def test_cannot_do_what_is_community_clouds(http: aiohttp.ClientSession) -> None:
    async with host({}) as address:
        plain = Plain(http, address)
        assert await plain.wake() is False
        assert await plain.tracked() is None
        assert plain.deploy_link(Tracked("owner", "repository", "main", "app.py")) is None
