"""What keeps the hosts' own clients within bounds."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest

from freshboot.hosts import clients
from freshboot.hosts.clients import answered, bounded_client, is_installed
from freshboot.hosts.http import BODY_BYTES, Unreachable
from tests.hosts.servers import host, says
from tests.live.servers import raw_server


def test_tells_whether_a_client_is_there() -> None:
    assert is_installed("render.public_api")
    assert not is_installed("render.no_such_part")
    assert not is_installed("no_such_client.at_all")


async def test_whatever_a_client_raises_is_one_error_without_its_words() -> None:
    def fail() -> None:
        raise KeyError("Authorization: Bearer token")

    with pytest.raises(Unreachable) as caught:
        await answered(fail)
    assert "token" not in str(caught.value)


async def test_a_client_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "SECONDS", 0.2)
    with pytest.raises(Unreachable, match="no answer within"):
        await answered(lambda: time.sleep(0.6))


async def test_an_answer_that_is_too_large_is_broken_off() -> None:
    async with host({"/": says("x" * (BODY_BYTES + 1))}) as address:
        with bounded_client(httpx) as client, pytest.raises(httpx.ReadError, match="too large"):
            await asyncio.to_thread(client.get, address.url)


async def test_an_answer_that_drips_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(200):
            writer.write(b"x")
            await asyncio.sleep(0.05)

    monkeypatch.setattr(clients, "SECONDS", 0.5)
    async with raw_server(drip) as server:
        with bounded_client(httpx) as client, pytest.raises(httpx.ReadError, match="too slow"):
            await asyncio.to_thread(client.get, server.health)


async def test_no_redirect_is_followed_with_the_token() -> None:
    async with host({"/": says(status=302, Location="http://127.0.0.1:9/")}) as address:
        with bounded_client(httpx, headers={"Authorization": "Bearer token"}) as client:
            assert (await asyncio.to_thread(client.get, address.url)).status_code == 302
