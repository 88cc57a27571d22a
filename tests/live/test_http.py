from __future__ import annotations

import contextlib
import gzip
import socket

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from freshboot.live.http import Redirected, http_client, media_type
from tests.live.servers import http_server


async def test_sends_no_cookie_back() -> None:
    received: list[str | None] = []

    def set_cookie(request: web.Request) -> web.Response:
        received.append(request.headers.get("Cookie"))
        response = web.Response()
        response.set_cookie("session", "1")
        return response

    async with http_server(set_cookie) as server, http_client() as http:
        for _ in range(2):
            async with http.get(server.health):
                pass
    assert received == [None, None]


async def test_goes_nowhere_else() -> None:
    asked: list[str] = []

    def redirect(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    async with http_server(redirect) as server, http_client() as http:
        with pytest.raises(Redirected) as caught:
            await http.get(server.health)
    assert (caught.value.status, caught.value.target) == (302, "/elsewhere")
    assert asked == ["/_stcore/health"]


async def test_unpacks_nothing() -> None:
    packed = gzip.compress(b"\0" * 1_000_000)

    def bomb(_request: web.Request) -> web.Response:
        return web.Response(body=packed, headers={"Content-Encoding": "gzip"})

    async with http_server(bomb) as server, http_client() as http, http.get(server.health) as response:
        assert await response.read() == packed


async def test_takes_no_credentials_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://user:secret@127.0.0.1:1")
    received: list[aiohttp.typedefs.LooseHeaders] = []

    def listen(request: web.Request) -> web.Response:
        received.append(request.headers)
        return web.Response()

    async with http_server(listen) as server, http_client() as http, http.get(server.health) as response:
        assert response.status == 200
    assert "Authorization" not in received[0]
    assert "Proxy-Authorization" not in received[0]


def has_ipv6() -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


without_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")


@pytest.mark.parametrize("loopback", ["127.0.0.1", pytest.param("::1", marks=without_ipv6)])
async def test_localhost_is_found_by_either_protocol(loopback: str) -> None:
    async def handle(_request: web.Request) -> web.Response:
        return web.Response(text=loopback)

    application = web.Application()
    application.add_routes([web.get("/", handle)])
    async with (
        TestServer(application, host=loopback) as server,
        http_client() as http,
        http.get(f"http://localhost:{server.port}/") as response,
    ):
        assert await response.text() == loopback


async def test_a_media_type_that_was_made_to_break_its_reader_breaks_nothing() -> None:
    async def handle(_request: web.Request) -> web.Response:
        return web.Response(headers={"Content-Type": "Text/HTML; a*" + "9" * 4400 + "=b"})

    application = web.Application()
    application.add_routes([web.get("/", handle)])
    async with (
        TestServer(application) as server,
        http_client() as http,
        http.get(server.make_url("/")) as got,
    ):
        assert media_type(got.headers["Content-Type"]) == "text/html"
