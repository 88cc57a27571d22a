"""What the edge passes on arrives as it was sent, be it HTTP or WebSocket: a server tells what it got."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import aiohttp
import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from freshboot.lab import proxy
from freshboot.lab.sessions import Sessions

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def everything(handler: Handler) -> web.Application:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handler)
    return application


class Road:
    """A client, the proxy, and a server behind it that answers with ``handler``."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self.sessions = Sessions()
        self._stack = stack

    async def to(self, handler: Handler) -> TestClient[web.Request, web.Application]:
        server = await self._stack.enter_async_context(TestServer(everything(handler)))
        upstream = await self._stack.enter_async_context(proxy.new_client())

        async def passed_on(request: web.Request) -> web.StreamResponse:
            url = URL(f"http://127.0.0.1:{server.port}{request.raw_path}", encoded=True)
            if "Upgrade" not in request.headers:
                return await proxy.pass_http(request, upstream, url)
            with self.sessions.inside():
                return await proxy.pass_session(request, upstream, url)

        edge = TestServer(everything(passed_on))
        return await self._stack.enter_async_context(TestClient(edge, auto_decompress=False))


@pytest.fixture
async def road() -> AsyncIterator[Road]:
    async with AsyncExitStack() as stack:
        yield Road(stack)


async def told(request: web.Request) -> web.Response:
    """Tell what was asked."""
    body = await request.read()
    facts = {
        "method": request.method,
        "path": request.raw_path,
        "body": body.hex(),
        "headers": {name.lower(): value for name, value in request.headers.items()},
    }
    return web.json_response(facts)


async def test_method_path_query_and_body_arrive_unchanged(road: Road) -> None:
    client = await road.to(told)
    path = "/a%2Fb/%7Ec//d?e=%20&e=+&f"
    async with client.request("PUT", URL(path, encoded=True), data=b"\x00\xff" * 100_000) as answer:
        facts = await answer.json()
    assert (facts["method"], facts["path"]) == ("PUT", path)
    assert bytes.fromhex(facts["body"]) == b"\x00\xff" * 100_000


async def test_headers_arrive_but_for_those_of_the_connection(road: Road) -> None:
    client = await road.to(told)
    sent = {
        "Cookie": "a=b; c=d",
        "X-Own": "yes",
        "Origin": "http://x",
        "TE": "trailers",
        "Connection": "close",
    }
    async with client.get("/", headers=sent) as answer:
        headers = (await answer.json())["headers"]
    assert (headers["cookie"], headers["x-own"], headers["origin"]) == ("a=b; c=d", "yes", "http://x")
    assert headers["host"] == f"127.0.0.1:{client.port}"
    assert "te" not in headers


async def test_nothing_is_added_to_a_request_that_says_little(road: Road) -> None:
    client = await road.to(told)
    quiet = ("Accept", "Accept-Encoding", "User-Agent")
    async with client.get("/", skip_auto_headers=quiet) as answer:
        assert set((await answer.json())["headers"]) == {"host"}


async def test_answers_come_back_unchanged(road: Road) -> None:
    async def answering(request: web.Request) -> web.Response:
        response = web.Response(status=418, reason="Teapot", body=b"\x1f\x8bnot really gzip")
        response.headers.extend([("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Content-Encoding", "gzip")])
        return response

    client = await road.to(answering)
    async with client.get("/") as answer:
        assert (answer.status, answer.reason) == (418, "Teapot")
        assert answer.headers.getall("Set-Cookie") == ["a=1", "b=2"]
        assert await answer.read() == b"\x1f\x8bnot really gzip"


async def test_a_redirect_is_the_visitors_to_follow(road: Road) -> None:
    async def elsewhere(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/there"})

    client = await road.to(elsewhere)
    async with client.get("/", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "/there")


@pytest.mark.parametrize("status", [200, 204, 304])
async def test_an_answer_without_a_body_ends(road: Road, status: int) -> None:
    async def bare(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"ETag": '"1"'})

    client = await road.to(bare)
    for method in ("HEAD", "GET"):
        async with client.request(method, "/") as answer:
            assert (answer.status, answer.headers["ETag"]) == (status, '"1"')
            assert await asyncio.wait_for(answer.read(), 5) == b""


async def test_an_answer_in_pieces_comes_piece_by_piece(road: Road) -> None:
    read = asyncio.Event()

    async def slowly(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"one")
        await read.wait()
        await response.write(b"two")
        return response

    client = await road.to(slowly)
    async with client.get("/") as answer:
        assert await asyncio.wait_for(answer.content.readany(), 5) == b"one"
        read.set()
        assert await answer.read() == b"two"


async def echo(request: web.Request) -> web.WebSocketResponse:
    """Say everything back; "close N" closes with that code."""
    socket = web.WebSocketResponse(protocols=["streamlit"], max_msg_size=0)
    await socket.prepare(request)
    async for message in socket:
        if message.type is WSMsgType.TEXT and message.data.startswith("close "):
            await socket.close(code=int(message.data.split()[1]), message=b"words")
        elif message.type is WSMsgType.TEXT:
            await socket.send_str(message.data)
        else:
            await socket.send_bytes(message.data)
    return socket


async def test_messages_pass_in_both_directions(road: Road) -> None:
    client = await road.to(echo)
    async with client.ws_connect("/", max_msg_size=0) as socket:
        for size in (0, 1, 70_000, 20_000_000):
            await socket.send_bytes(b"\xfe" * size)
            assert await socket.receive_bytes() == b"\xfe" * size
        await socket.send_str("words, too: é")
        assert await socket.receive_str() == "words, too: é"


@pytest.mark.parametrize("code", [1000, 1001, 1012, 4001])
async def test_the_replicas_close_code_reaches_the_visitor(road: Road, code: int) -> None:
    client = await road.to(echo)
    async with client.ws_connect("/") as socket:
        await socket.send_str(f"close {code}")
        message = await socket.receive()
        assert (message.type, message.data) == (WSMsgType.CLOSE, code)


@pytest.mark.parametrize("code", [1000, 1001, 4001])
async def test_the_visitors_close_code_reaches_the_replica(road: Road, code: int) -> None:
    codes: asyncio.Queue[int | None] = asyncio.Queue()

    async def noting(request: web.Request) -> web.StreamResponse:
        socket = await echo(request)
        codes.put_nowait(socket.close_code)
        return socket

    client = await road.to(noting)
    async with client.ws_connect("/") as socket:
        await socket.close(code=code)
    assert await asyncio.wait_for(codes.get(), 5) == code


async def test_the_subprotocol_is_the_one_that_the_replica_chose(road: Road) -> None:
    async def choosing(request: web.Request) -> web.StreamResponse:
        # The empty second entry stands for a missing XSRF token and must keep its place.
        assert request.headers["Sec-WebSocket-Protocol"] == "streamlit,,session-1"
        return await echo(request)

    client = await road.to(choosing)
    async with client.ws_connect("/", protocols=("streamlit", "", "session-1")) as socket:
        assert socket.protocol == "streamlit"


async def test_a_refused_handshake_is_refused_with_the_same_status(road: Road) -> None:
    async def refusing(request: web.Request) -> web.Response:
        return web.Response(status=403)

    client = await road.to(refusing)
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await client.ws_connect("/")


async def test_a_replica_that_vanishes_says_no_goodbye(road: Road) -> None:
    async def vanishing(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        assert request.transport is not None
        request.transport.abort()
        return socket

    client = await road.to(vanishing)
    async with client.ws_connect("/") as socket:
        message = await asyncio.wait_for(socket.receive(), 5)
        assert message.type is not WSMsgType.CLOSE


async def test_a_visitor_who_vanishes_leaves_no_session_behind(road: Road) -> None:
    ended = asyncio.Event()

    async def noting(request: web.Request) -> web.StreamResponse:
        socket = await echo(request)
        ended.set()
        return socket

    client = await road.to(noting)
    socket = await client.ws_connect("/")
    assert len(road.sessions) == 1
    transport = socket.get_extra_info("socket")
    transport.shutdown(2)
    await asyncio.wait_for(ended.wait(), 5)
    await socket.close()


async def test_dropped_sessions_are_told_that_the_service_restarts(road: Road) -> None:
    client = await road.to(echo)
    sockets = [await client.ws_connect("/") for _ in range(3)]
    waiting = [asyncio.create_task(socket.receive()) for socket in sockets]
    await asyncio.sleep(0)
    async with road.sessions.refused():
        assert not road.sessions.admitted
        assert len(road.sessions) == 0
    assert road.sessions.admitted
    for message in await asyncio.gather(*waiting):
        assert (message.type, message.data) == (WSMsgType.CLOSE, 1012)
