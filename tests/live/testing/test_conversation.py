"""Servers that are no Streamlit, or mean harm: what a live test makes of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from freshboot.live import wire_pb2 as wire
from freshboot.live.connection import Limits
from freshboot.live.errors import Reason, SessionError
from freshboot.live.testing.livetest import LiveTest
from freshboot.live.testing.unseen import Unreadable
from freshboot.live.testing.upload import File, path_of, put
from tests.live.servers import app_saying, element, finished, http_server, new_session, text

Stream = Callable[[web.WebSocketResponse], Awaitable[None]]


@contextlib.asynccontextmanager
async def streaming(stream: Stream) -> AsyncIterator[str]:
    async def handle(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=["streamlit"], autoping=False)
        await socket.prepare(request)
        await stream(socket)
        return socket

    application = web.Application()
    application.add_routes([web.get("/_stcore/stream", handle)])
    async with TestServer(application) as server:
        yield f"http://127.0.0.1:{server.port}"


async def asked(socket: web.WebSocketResponse) -> bool:
    """Wait for a request for a run; False where the client has gone."""
    async for frame in socket:
        if frame.type is WSMsgType.BINARY and wire.BackMsg.FromString(frame.data).HasField("rerun_script"):
            return True
    return False


async def say(socket: web.WebSocketResponse, *messages: wire.ForwardMsg) -> None:
    for message in messages:
        await socket.send_bytes(message.SerializeToString())


def run(at: LiveTest) -> list[str]:
    return [one.value for one in at.run().text]


def run_for_ever(at: LiveTest) -> None:
    while True:
        at.run()


async def run_against(url: str, limits: Limits | None = None) -> list[str]:
    with LiveTest(url, timeout=10, limits=limits or Limits()) as at:
        return await asyncio.to_thread(run, at)


async def test_a_run_that_nobody_asked_for_is_not_taken_for_one_that_was() -> None:
    """One that ended before, and one that was under way when the next was asked for."""

    async def stream(socket: web.WebSocketResponse) -> None:
        await asked(socket)
        await say(socket, new_session(), text("first"), finished())
        await say(socket, new_session(), text("by itself"), finished(), new_session(), text("under way"))
        under_way.set()
        await asked(socket)
        await say(socket, finished(), new_session(), text("second"), finished())
        await asked(socket)

    under_way = asyncio.Event()
    async with streaming(stream) as url:
        with LiveTest(url, timeout=10) as at:
            assert await asyncio.to_thread(run, at) == ["first"]
            await under_way.wait()
            while at._conversation._open is None or at._conversation._open.inbox.qsize() < 5:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            assert await asyncio.to_thread(run, at) == ["second"]


async def test_a_script_that_begins_anew_is_read_from_there() -> None:
    early = finished(wire.ForwardMsg.FINISHED_EARLY_FOR_RERUN)
    said = (
        new_session(),
        text("old", 0, 0),
        text("old", 0, 1),
        early,
        new_session(),
        text("new"),
        finished(),
    )
    async with app_saying(*said) as server:
        assert await run_against(f"http://127.0.0.1:{server.port}") == ["new"]


async def test_answers_the_server_s_pings_between_the_runs() -> None:
    answered = asyncio.Event()

    async def stream(socket: web.WebSocketResponse) -> None:
        await asked(socket)
        await say(socket, new_session(), finished())
        await socket.ping(b"there?")
        async for frame in socket:
            if frame.type is WSMsgType.PONG and frame.data == b"there?":
                answered.set()

    async with streaming(stream) as url:
        with LiveTest(url, timeout=10) as at:
            await asyncio.to_thread(run, at)
            await asyncio.wait_for(answered.wait(), 10)


async def test_a_session_that_the_server_ended_stays_ended() -> None:
    async def stream(socket: web.WebSocketResponse) -> None:
        await asked(socket)
        await say(socket, new_session(), finished())

    async with streaming(stream) as url:
        with LiveTest(url, timeout=10) as at:
            await asyncio.to_thread(run, at)
            for _ in range(2):
                with pytest.raises(SessionError, match="ended the session") as refused:
                    await asyncio.to_thread(run, at)
                assert refused.value.reason is Reason.DOWN


async def test_a_flood_between_the_runs_is_cut_off() -> None:
    async def stream(socket: web.WebSocketResponse) -> None:
        await asked(socket)
        await say(socket, new_session(), finished())
        with contextlib.suppress(ConnectionError):
            await say(socket, *[text("x")] * 200)
        await asked(socket)

    async with streaming(stream) as url:
        with LiveTest(url, timeout=10, limits=Limits(run_messages=50)) as at:
            for _ in range(2):  # and it stays so
                with pytest.raises(SessionError, match="more than 50 messages"):
                    await asyncio.to_thread(run_for_ever, at)


async def test_an_element_that_is_nested_without_end_is_refused() -> None:
    async with app_saying(new_session(), text("x", *[0] * 5000), finished()) as server:
        with pytest.raises(SessionError, match="nested 5000 deep"):
            await run_against(f"http://127.0.0.1:{server.port}")


async def test_a_page_that_this_streamlit_cannot_read_is_told_with_both_versions() -> None:
    said = new_session("1.28.0"), text("a", 0, 0), text("in a text", 0, 0, 0), finished()
    async with app_saying(*said) as server:
        with pytest.raises(Unreadable, match=r"cannot read the page of an app that runs 1\.28\.0"):
            await run_against(f"http://127.0.0.1:{server.port}")


async def test_what_the_server_says_of_itself_is_safe_for_a_terminal() -> None:
    hostile = element(0, 0, exception=wire.AppException(type="E", message="m"))
    async with app_saying(new_session("\x1b[31m" + "9" * 500), hostile, finished()) as server:
        with LiveTest(f"http://127.0.0.1:{server.port}", timeout=10) as at:
            await asyncio.to_thread(at.run)
            assert "\x1b" not in at.streamlit_version
            assert len(at.streamlit_version) <= 40


async def test_tells_a_sleeping_app_from_one_that_is_down() -> None:
    def answer(request: web.Request) -> web.Response:
        if request.path == "/api/v2/app/status":
            return web.json_response({"status": 12, "viewerAuthEnabled": False})
        return web.Response(status=400)

    async with http_server(answer) as server:
        with pytest.raises(SessionError, match="put the app to sleep") as refused:
            await run_against(f"http://127.0.0.1:{server.port}")
    assert refused.value.reason is Reason.ASLEEP


async def test_a_file_goes_to_the_app_s_own_address_with_the_token_that_it_gave() -> None:
    from freshboot.hosts.address import Address
    from freshboot.live.http import http_client

    seen: list[tuple[str, str, str | None, str | None]] = []

    def answer(request: web.Request) -> web.Response:
        token = request.headers.get("X-Xsrftoken")
        seen.append((request.method, request.path, token, request.headers.get("Cookie")))
        response = web.Response(text="ok", status=200)
        response.headers["Set-Cookie"] = "_streamlit_xsrf=2|ab|cd|17; Path=/"
        return response

    async with http_server(answer) as server, http_client() as http:
        address = Address.parse(f"http://127.0.0.1:{server.port}/base")
        await put(http, address, "s-1", File("f-1", "a.txt", b"1", "text/plain"), 10)
    assert seen == [
        ("GET", "/base/_stcore/health", None, None),
        ("PUT", "/base/_stcore/upload_file/s-1/f-1", "2|ab|cd|17", "_streamlit_xsrf=2|ab|cd|17"),
    ]


@pytest.mark.parametrize("session_id", ["", "../../x", "a/b", "a?b", "a" * 101])
def test_a_session_id_that_leads_elsewhere_is_refused(session_id: str) -> None:
    with pytest.raises(SessionError, match="session id"):
        path_of(session_id, "f-1")
