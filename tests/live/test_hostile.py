"""Servers that mean harm: every one of them ends in time, with an error that says what it was."""

from __future__ import annotations

import asyncio
import time
import tracemalloc

import aiohttp
import pytest

from freshboot.live import wire_pb2 as wire
from freshboot.live.connection import Limits
from freshboot.live.errors import Reason, SessionError
from freshboot.live.session import Session
from tests.live.servers import (
    Behaviour,
    app_saying,
    element,
    finished,
    frame,
    new_session,
    raw_server,
    shake_hands,
    text,
)

LIMITS = Limits(connect=1.0, run=1.0, message_bytes=100_000, run_bytes=300_000, run_messages=2_000)
IN_TIME = 4.0

START = frame(new_session().SerializeToString())
TICK = frame(text("tick").SerializeToString())


async def failure(behaviour: Behaviour, http: aiohttp.ClientSession, limits: Limits = LIMITS) -> SessionError:
    """The error that asking such a server ends in."""
    started = time.monotonic()
    async with raw_server(behaviour) as server:
        with pytest.raises(SessionError) as caught:
            async with Session.open(server.websocket, http=http, limits=limits) as session:
                await session.run()
    assert time.monotonic() - started < IN_TIME
    return caught.value


def after_handshake(*data: bytes, forever: bool = False, pause: float = 0.0) -> Behaviour:
    """Open the WebSocket, send the data once or again and again, and then hold the line."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        for one in data[:-1]:
            writer.write(one)
        while True:
            writer.write(data[-1])
            await writer.drain()
            await asyncio.sleep(pause)
            if not forever:
                break
        await asyncio.sleep(60)

    return behave


async def test_no_answer_to_the_handshake(http: aiohttp.ClientSession) -> None:
    async def stay_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    error = await failure(stay_silent, http)
    assert (error.reason, error.message) == (Reason.TIMEOUT, "no session could be opened within 1 s")


async def test_a_handshake_that_comes_byte_by_byte(http: aiohttp.ClientSession) -> None:
    async def dribble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in b"HTTP/1.1 101 Switching Protocols\r\n" + b"X-Pad: y\r\n" * 1000:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.05)

    assert (await failure(dribble, http)).reason is Reason.TIMEOUT


async def test_endless_headers(http: aiohttp.ClientSession) -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\n")
        while True:
            writer.write(b"X-Pad: " + b"y" * 1000 + b"\r\n")
            await writer.drain()

    assert (await failure(flood, http)).reason in (Reason.NOT_STREAMLIT, Reason.TIMEOUT)


async def test_a_wrong_answer_to_the_handshakes_riddle(http: aiohttp.ClientSession) -> None:
    async def guess(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: wrong\r\n\r\n"
        )
        await asyncio.sleep(60)

    assert (await failure(guess, http)).reason is Reason.NOT_STREAMLIT


async def test_what_answers_is_not_http(http: aiohttp.ClientSession) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        await asyncio.sleep(60)

    error = await failure(greet, http)
    assert (error.reason, error.message) == (Reason.NOT_STREAMLIT, "what answers there is no HTTP server")


async def test_the_line_is_dropped_before_the_answer(http: aiohttp.ClientSession) -> None:
    async def drop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    assert (await failure(drop, http)).reason is Reason.DOWN


async def test_a_run_that_never_starts(http: aiohttp.ClientSession) -> None:
    error = await failure(after_handshake(b""), http)
    assert (error.reason, error.message) == (Reason.TIMEOUT, "the app's script did not finish within 1 s")


async def test_a_run_that_never_ends(http: aiohttp.ClientSession) -> None:
    error = await failure(after_handshake(START, TICK, forever=True, pause=0.05), http)
    assert error.reason is Reason.TIMEOUT


async def test_a_run_that_starts_again_and_again(http: aiohttp.ClientSession) -> None:
    error = await failure(after_handshake(START, forever=True, pause=0.05), http)
    assert error.reason is Reason.TIMEOUT


async def test_more_messages_than_any_page_has(http: aiohttp.ClientSession) -> None:
    error = await failure(after_handshake(START, TICK * 100, forever=True), http)
    assert (error.reason, error.message) == (
        Reason.TOO_LARGE,
        "the app's answer has more than 2000 messages",
    )


async def test_more_bytes_than_any_page_has(http: aiohttp.ClientSession) -> None:
    large = frame(text("x" * 90_000).SerializeToString())
    error = await failure(after_handshake(START, large, forever=True), http)
    assert (error.reason, error.message) == (
        Reason.TOO_LARGE,
        "the app's answer is larger than 300000 bytes",
    )


async def test_one_message_that_is_too_large(http: aiohttp.ClientSession) -> None:
    error = await failure(after_handshake(START, frame(b"x" * 200_000)), http)
    assert (error.reason, error.message) == (
        Reason.TOO_LARGE,
        "the app sent a message larger than 100000 bytes",
    )


async def test_a_message_that_says_it_is_huge_is_not_waited_for(http: aiohttp.ClientSession) -> None:
    head = b"\x82\x7f" + (1 << 40).to_bytes(8, "big")
    assert (await failure(after_handshake(head), http)).reason is Reason.TOO_LARGE


async def test_one_message_in_endless_pieces(http: aiohttp.ClientSession) -> None:
    opening, more = frame(b"x" * 1000, 0x2, final=False), frame(b"x" * 1000, 0x0, final=False)
    assert (await failure(after_handshake(opening, more, forever=True), http)).reason is Reason.TOO_LARGE


async def test_one_message_in_endless_empty_pieces(http: aiohttp.ClientSession) -> None:
    opening, more = frame(b"", 0x2, final=False), frame(b"", 0x0, final=False) * 1000
    assert (await failure(after_handshake(opening, more, forever=True), http)).reason is Reason.TIMEOUT


async def test_a_message_that_comes_byte_by_byte(http: aiohttp.ClientSession) -> None:
    async def dribble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        for byte in START + TICK * 1000:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.05)

    assert (await failure(dribble, http)).reason is Reason.TIMEOUT


async def test_a_flood_of_pings(http: aiohttp.ClientSession) -> None:
    ping = frame(b"p" * 100, 0x9)
    assert (await failure(after_handshake(START, ping * 100, forever=True), http)).reason is Reason.TOO_LARGE


async def test_a_flood_of_pings_to_which_the_answers_are_not_read(http: aiohttp.ClientSession) -> None:
    patient = Limits(connect=1.0, run=1.0, run_messages=10**9, run_bytes=10**12)
    error = await failure(after_handshake(START, frame(b"p" * 125, 0x9) * 1000, forever=True), http, patient)
    assert error.reason in (Reason.TIMEOUT, Reason.DOWN)


async def test_a_text_where_bytes_belong(http: aiohttp.ClientSession) -> None:
    error = await failure(after_handshake(START, frame(b"hello", 0x1)), http)
    assert error.message == "a WebSocket server answers there, but not in Streamlit's protocol"


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(b"\xff" * 50, id="no protobuf"),
        pytest.param(b"\x2a\xff\xff\xff\xff\x0f", id="a length beyond the end"),
        pytest.param(b"\x5b" * 50_000, id="groups in groups"),
        pytest.param(b"\x5a\x02\xff\xfe", id="not UTF-8"),
        pytest.param(b"\x07", id="wire type 7"),
    ],
)
async def test_bytes_that_are_no_message(garbage: bytes, http: aiohttp.ClientSession) -> None:
    error = await failure(after_handshake(START, frame(garbage)), http)
    assert error.message == "a WebSocket server answers there, but not in Streamlit's protocol"


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(b"\xf2\x00", id="reserved bits"),
        pytest.param(b"\x83\x00", id="an opcode that does not exist"),
        pytest.param(frame(b"x", 0x0), id="a continuation of nothing"),
        pytest.param(frame(b"x" * 126, 0x9), id="a ping that is too long"),
        pytest.param(frame(b"\x00", 0x8), id="a goodbye of one byte"),
        pytest.param(b"\xc2\x04abcd", id="compressed, though nobody asked"),
    ],
)
async def test_broken_frames(broken: bytes, http: aiohttp.ClientSession) -> None:
    error = await failure(after_handshake(START, broken), http)
    assert error.reason is Reason.NOT_STREAMLIT


async def test_a_goodbye_in_the_middle_of_the_run(http: aiohttp.ClientSession) -> None:
    error = await failure(after_handshake(START, frame((1012).to_bytes(2, "big"), 0x8)), http)
    assert (error.reason, error.message) == (Reason.DOWN, "the server ended the session (close code 1012)")


async def test_a_reset_in_the_middle_of_the_run(http: aiohttp.ClientSession) -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        writer.write(START)
        writer.transport.abort()

    assert (await failure(reset, http)).reason is Reason.DOWN


async def test_a_server_that_never_says_goodbye_does_not_hold_us(http: aiohttp.ClientSession) -> None:
    """It has told all that is wanted, and goes on sending into the closing line."""
    end = frame(finished().SerializeToString())
    started = time.monotonic()
    async with (
        raw_server(after_handshake(START, TICK, end, TICK * 100, forever=True)) as server,
        Session.open(server.websocket, http=http, limits=LIMITS) as session,
    ):
        assert (await session.run()).texts() == ("tick",)
    assert time.monotonic() - started < IN_TIME


async def test_an_element_nested_without_end(http: aiohttp.ClientSession) -> None:
    deep = frame(text("deep", *[1] * 30_000).SerializeToString())
    error = await failure(after_handshake(START, deep), http)
    assert error.message == "the server sent an element nested 30000 deep"


async def test_a_full_answer_of_deep_paths_fits_into_memory(http: aiohttp.ClientSession) -> None:
    """The worst that the limits let through."""
    count = Limits.run_messages // 10
    deep = [text("", *[number] * 32) for number in range(count)]
    tracemalloc.start()
    try:
        async with (
            app_saying(new_session(), *deep, finished()) as server,
            Session.open(server.websocket, http=http) as session,
        ):
            assert len((await session.run()).elements) == count
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()


async def test_floods_of_signs_are_bounded_by_run(http: aiohttp.ClientSession) -> None:
    end = frame(finished().SerializeToString())
    flood = after_handshake(START, end, frame(element(0).SerializeToString()) * 100, forever=True)
    async with (
        raw_server(flood) as server,
        Session.open(server.websocket, http=http, limits=LIMITS) as witness,
    ):
        await witness.watch()
        with pytest.raises(SessionError) as caught:
            async for _ in witness.signs():
                pass
    assert caught.value.reason is Reason.TOO_LARGE


async def test_other_work_goes_on_during_a_flood(http: aiohttp.ClientSession) -> None:
    """A hostile app must not keep the timers of the same event loop from being served."""
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - before)

    ticking = asyncio.create_task(tick())
    patient = Limits(connect=1.0, run=1.0, run_messages=10**9, run_bytes=10**12)
    empty = frame(wire.ForwardMsg().SerializeToString()) * 1000
    error = await failure(after_handshake(START, empty, forever=True), http, patient)
    ticking.cancel()
    assert error.reason is Reason.TIMEOUT
    assert longest < 1.0
