from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from freshboot.live import wire_pb2 as wire
from freshboot.live.connection import Limits
from freshboot.live.errors import Reason, SessionError
from freshboot.live.run import AppPage, Metric, Run, Status
from freshboot.live.session import Session, Sign
from tests.live.servers import (
    app_saying,
    finished,
    frame,
    new_session,
    raw_server,
    shake_hands,
    text,
)
from tests.streamlit_server import StreamlitServer, streamlit_server


async def run(app: StreamlitServer, http: aiohttp.ClientSession, query: str = "", page: str = "") -> Run:
    async with Session.open(app.websocket, http=http) as session:
        return await session.run(query, page)


async def test_collects_every_kind_of_text_of_a_real_page(
    app: StreamlitServer, http: aiohttp.ClientSession
) -> None:
    result = await run(app, http)
    # fmt: off
    assert result.texts() == (
        "Budget", "a plain text", "some **markdown**", "Revenue", "1,234", "+5%",
        "Details", "in a closed expander", "First", "in a tab", "Second", "in a tab",
        "an alert", '{"key": 1}', "print(1)", "markup", "Year", "2025", "2026", "Name", "Ada", "Send",
        "first write", "last write", "x" * 20_000, "Cost", "7",
    )
    # fmt: on
    assert result.first_text == "a plain text"
    assert result.metrics() == (Metric("Revenue", "1,234", "+5%"), Metric("Cost", "7", ""))
    assert result.status is Status.FINISHED
    assert result.exception is None


async def test_tells_version_session_and_pages(app: StreamlitServer, http: aiohttp.ClientSession) -> None:
    import streamlit

    result = await run(app, http)
    assert result.streamlit_version == streamlit.__version__
    assert len(result.session_id) == 36
    assert result.pages == (AppPage("main", ""), AppPage("Report", "Report"))


async def test_every_session_is_a_new_one(app: StreamlitServer, http: aiohttp.ClientSession) -> None:
    ids = {(await run(app, http)).session_id for _ in range(3)}
    assert len(ids) == 3


async def test_runs_the_page_that_is_asked_for(app: StreamlitServer, http: aiohttp.ClientSession) -> None:
    result = await run(app, http, page="Report")
    assert result.texts() == ("the report",)
    assert result.page_not_found is None


async def test_tells_that_a_page_is_missing(app: StreamlitServer, http: aiohttp.ClientSession) -> None:
    result = await run(app, http, page="report")
    assert result.page_not_found is not None


async def test_reads_no_further_than_is_needed(app: StreamlitServer, http: aiohttp.ClientSession) -> None:
    """The script sleeps for a minute after what is looked for."""
    async with Session.open(app.websocket, http=http) as session:
        result = await session.run("do=sleep", enough=lambda fold: fold.first_text == "before")
    assert result.status is Status.RUNNING
    assert result.texts() == ("before",)


async def test_tells_an_uncaught_exception(app: StreamlitServer, http: aiohttp.ClientSession) -> None:
    result = await run(app, http, "do=raise")
    assert result.exception is not None
    assert (result.exception.type, result.exception.message) == ("ValueError", "no such budget")
    assert any("main.py" in line for line in result.exception.stack)


async def test_a_second_run_in_the_same_session_tells_the_same(
    app: StreamlitServer, http: aiohttp.ClientSession
) -> None:
    async with Session.open(app.websocket, http=http) as session:
        assert (await session.run()).texts() == (await session.run()).texts()


async def test_a_script_that_takes_too_long_is_an_error_of_its_own(
    app: StreamlitServer, http: aiohttp.ClientSession
) -> None:
    async with Session.open(app.websocket, http=http, limits=Limits(run=0.5)) as session:
        with pytest.raises(SessionError, match=r"did not finish within 0\.5 s") as caught:
            await session.run("do=sleep")
    assert caught.value.reason is Reason.TIMEOUT


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (tmp_path / "module.py").write_text("VALUE = 'old'")
    (tmp_path / "broken.py").write_text("def nothing(:")
    main = tmp_path / "main.py"
    main.write_text("import streamlit as st, module\nst.text(module.VALUE)")
    return main


async def test_tells_why_the_script_cannot_be_compiled(script: Path, http: aiohttp.ClientSession) -> None:
    broken = script.with_name("broken.py")
    with streamlit_server(broken) as server:
        result = await run(server, http)
    assert result.status is Status.COMPILE_ERROR
    assert result.exception is not None
    assert result.exception.type == "SyntaxError"


async def test_a_witness_makes_the_server_rerun_on_save_and_hears_of_it(
    script: Path, http: aiohttp.ClientSession
) -> None:
    with streamlit_server(script) as server:
        async with Session.open(server.websocket, http=http) as witness:
            assert (await witness.watch()).texts() == ("old",)
            changed = script.with_name("changed")
            changed.write_text("VALUE = 'renewed'")
            changed.replace(script.with_name("module.py"))  # at once: nobody imports half of it
            signs = witness.signs()
            assert await asyncio.wait_for(anext(signs), 20) is Sign.RERUN
            seen = [(await run(server, http)).texts() for _ in range(20)]  # it has only begun to reload
            assert seen[-1] == ("renewed",)


async def test_a_witness_hears_that_the_server_stops(script: Path, http: aiohttp.ClientSession) -> None:
    with streamlit_server(script) as server:
        async with Session.open(server.websocket, http=http) as witness:
            await witness.watch()
            await asyncio.to_thread(server.stop)
            signs = [sign async for sign in witness.signs()]
    assert signs == [Sign.LOST]


async def test_a_witness_hears_of_a_change_that_is_not_run_at_once(http: aiohttp.ClientSession) -> None:
    changed = wire.ForwardMsg(session_event=wire.SessionEvent(script_changed_on_disk=True))
    async with (
        app_saying(new_session(), finished(), text("ignored"), changed) as server,
        Session.open(server.websocket, http=http) as witness,
    ):
        await witness.watch()
        assert await asyncio.wait_for(anext(witness.signs()), 5) is Sign.CHANGED


async def test_a_script_that_never_ends_is_watched_all_the_same(http: aiohttp.ClientSession) -> None:
    async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        writer.write(b"".join(frame(one.SerializeToString()) for one in (new_session(), text("tick"))))
        await asyncio.sleep(0.5)
        writer.write(frame(new_session().SerializeToString()))
        await asyncio.sleep(5)

    async with (
        raw_server(stream) as server,
        Session.open(server.websocket, http=http, limits=Limits(run=0.2)) as witness,
    ):
        first = await witness.watch()
        assert (first.status, first.texts()) == (Status.RUNNING, ("tick",))
        assert await asyncio.wait_for(anext(witness.signs()), 5) is Sign.RERUN


async def test_asks_as_a_stranger_does(http: aiohttp.ClientSession) -> None:
    """No Origin (a foreign one is refused), no cookie, no compression."""
    requests: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\nSet-Cookie: a=b\r\n\r\n")

    async with raw_server(listen) as server:
        for _ in range(2):
            with pytest.raises(SessionError):
                async with Session.open(server.websocket, http=http):
                    pass
    headers = requests[1].lower()
    assert b"sec-websocket-protocol: streamlit\r\n" in headers
    for unwanted in (b"\r\norigin:", b"\r\ncookie:", b"sec-websocket-extensions"):
        assert unwanted not in headers


def reference(to: str, *path: int) -> wire.ForwardMsg:
    return wire.ForwardMsg(ref_hash=to, metadata=wire.ForwardMsgMetadata(delta_path=path))


async def test_a_reference_stands_for_the_message_that_was_sent_before(http: aiohttp.ClientSession) -> None:
    large = text("x" * 20_000, 0, 3)
    large.hash = "h"
    async with (
        app_saying(new_session(), large, reference("h", 0, 1), finished()) as server,
        Session.open(server.websocket, http=http) as session,
    ):
        result = await session.run()
    assert list(result.elements) == [(0, 1), (0, 3)]
    assert len(set(result.texts())) == 1


async def test_a_reference_to_what_was_never_sent_is_not_guessed(http: aiohttp.ClientSession) -> None:
    async with (
        app_saying(new_session(), reference("h", 0, 1), finished()) as server,
        Session.open(server.websocket, http=http) as session,
    ):
        with pytest.raises(SessionError, match="never sent"):
            await session.run()


async def test_a_message_that_is_referred_to_counts_each_time(http: aiohttp.ClientSession) -> None:
    """A few bytes could stand for a page of gigabytes."""
    large = text("x" * 100_000)
    large.hash = "large"
    again = wire.ForwardMsg(ref_hash="large", metadata=wire.ForwardMsgMetadata(delta_path=(0, 1)))
    limits = Limits(run_bytes=1_000_000)
    async with (
        app_saying(new_session(), large, *[again] * 20, finished()) as server,
        Session.open(server.websocket, http=http, limits=limits) as session,
    ):
        with pytest.raises(SessionError) as error:
            await session.run()
    assert error.value.reason is Reason.TOO_LARGE
