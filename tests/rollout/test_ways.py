"""The ways to ask: the session first, and what is left where none gets through."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from freshboot.hosts.address import Address
from freshboot.live.challenge import Attested, Page, Reply, Silent
from freshboot.live.connection import Limits
from freshboot.live.http import http_client
from freshboot.proof import Attestation, new_nonce
from freshboot.rollout.ways import Way, Ways
from tests.live.servers import app_saying, finished, new_session, text


@dataclass
class Proxy:
    """A proxy before a Streamlit app that lets no WebSocket through; the app has the route, or has not."""

    has_route: bool = True
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if request.path == "/_stcore/health":
            return web.Response(text="ok")
        if request.path == "/deployment" and self.has_route:
            nonce = request.query["freshboot"]
            told = Attestation(nonce, "boot", "2026-11-21T20:43:00Z", {}, None, "sha1", False, 0, {})
            return web.Response(text=told.to_json(), content_type="application/json")
        status = 403 if request.path == "/_stcore/stream" else 200
        return web.Response(status=status, text="<html>", content_type="text/html")


@pytest.fixture
async def proxy() -> AsyncIterator[tuple[Proxy, Address]]:
    made = Proxy()
    application = web.Application()
    application.router.add_get("/{path:.*}", made.answer)
    async with TestServer(application) as server:
        yield made, Address.parse(f"http://127.0.0.1:{server.port}")


async def asked(address: Address, way: Way, times: int = 1) -> list[Reply]:
    async with http_client() as http:
        ways = Ways(address, http, Limits(connect=2.0, run=2.0), way)
        return [await ways.ask(new_nonce()) for _ in range(times)]


async def test_the_route_is_asked_where_no_session_gets_through(proxy: tuple[Proxy, Address]) -> None:
    (reply,) = await asked(proxy[1], Way.AUTO)
    assert isinstance(reply, Attested)


async def test_the_way_that_was_answered_is_kept(proxy: tuple[Proxy, Address]) -> None:
    replies = await asked(proxy[1], Way.AUTO, times=3)
    assert all(isinstance(one, Attested) for one in replies)
    assert proxy[0].asked.count("/_stcore/stream") == 1


async def test_without_any_way_the_session_s_silence_is_told(
    proxy: tuple[Proxy, Address], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRESHBOOT_CHROMIUM", "/nowhere")
    proxy[0].has_route = False
    (reply,) = await asked(proxy[1], Way.AUTO)
    assert isinstance(reply, Silent)
    assert "WebSocket" in reply.detail


async def test_a_page_without_an_answer_is_not_asked_in_another_way() -> None:
    async with app_saying(new_session(), text("the page"), finished()) as server:
        (reply,) = await asked(Address.parse(f"http://127.0.0.1:{server.port}"), Way.AUTO)
    assert isinstance(reply, Page)


async def test_only_the_way_that_is_wanted_is_asked(proxy: tuple[Proxy, Address]) -> None:
    assert isinstance((await asked(proxy[1], Way.SESSION))[0], Silent)
    assert "/deployment" not in proxy[0].asked
    assert isinstance((await asked(proxy[1], Way.ROUTE))[0], Attested)
