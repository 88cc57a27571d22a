"""Asking by HTTP: a real app with the route, one without, and servers that mean harm."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Iterator
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web

from freshboot.hosts.address import Address
from freshboot.live.challenge import Attested, Reply, Silent
from freshboot.live.connection import Limits
from freshboot.live.errors import Reason
from freshboot.live.route import RouteAnswer, ask_route, read_answer
from freshboot.proof import Attestation, Layer, blob_id, new_nonce, tag
from tests.app.apps import App, running
from tests.live.servers import Behaviour, http_server, raw_server
from tests.streamlit_server import StreamlitServer, free_port

NONCE = "00112233445566778899aabbccddeeff"
LIMITS = Limits(connect=1.0, run=1.0, message_bytes=100_000)
MAIN = "import freshboot; freshboot.boot()\nimport streamlit as st\nst.text('main')\n"
FILES = {
    "streamlit_app.py": "import freshboot\nimport streamlit as st\n"
    "app = st.App('main.py', routes=[freshboot.route()])\n",
    "main.py": MAIN,
}


@dataclass(frozen=True)
class At:
    port: int
    sleeps: bool = False

    @property
    def route(self) -> str:
        return f"http://127.0.0.1:{self.port}/deployment"


@pytest.fixture(scope="module")
def routed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running(tmp_path_factory.mktemp("routed") / "repository", FILES) as made:
        yield made


def attestation(nonce: str = NONCE) -> str:
    return Attestation(nonce, "boot-1", "2026-11-21T20:43:00Z", {}, None, "sha1", True, 0, {}).to_json()


async def told(behaviour: Behaviour, http: aiohttp.ClientSession) -> Reply:
    """The reply to asking such a server, in time."""
    started = time.monotonic()
    async with raw_server(behaviour) as server:
        reply = await ask_route(At(server.port), nonce=NONCE, http=http, limits=LIMITS)
    assert time.monotonic() - started < 6.0
    return reply


def reason(reply: Reply) -> Reason:
    assert isinstance(reply, Silent), reply
    return reply.reason


def saying(
    *chunks: bytes, head: bytes = b"Content-Type: application/json\r\n", forever: bool = False
) -> Behaviour:
    """Answer 200 with these chunks, the last one again and again if wished, and then hold the line."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n")
        for chunk in chunks:
            writer.write(chunk)
        while forever:
            writer.write(chunks[-1])
            await writer.drain()
            await asyncio.sleep(0)
        await asyncio.sleep(60)

    return behave


async def test_a_real_app_attests_by_http(routed: App, http: aiohttp.ClientSession) -> None:
    nonce = new_nonce()
    async with routed.visitor() as visitor:
        await visitor.run()
        reply = await ask_route(Address.parse(routed.server.url), nonce=nonce, http=http)
    assert isinstance(reply, Attested)
    scripts = reply.attestation.layers["memory"].tags["scripts"]
    assert scripts == (tag(nonce, Layer.MEMORY, "main.py", blob_id(MAIN.encode())),)


async def test_an_app_without_the_route_is_not_mistaken_for_it(
    app: StreamlitServer, http: aiohttp.ClientSession
) -> None:
    """Streamlit answers 200 to any path."""
    reply = await ask_route(Address.parse(app.url), nonce=new_nonce(), http=http)
    assert isinstance(reply, Silent)
    assert (reply.reason, reply.detail) == (
        Reason.NO_ROUTE,
        "the app has no such route: it answers with a page (text/html)",
    )
    assert "freshboot.route()" in reply.remedy


async def test_measures_from_asking_to_the_answer(http: aiohttp.ClientSession) -> None:
    times = iter([10.0, 10.25])
    async with http_server(lambda _: web.Response(text=attestation(), content_type="application/json")) as at:
        reply = await ask_route(At(at.port), nonce=NONCE, http=http, clock=lambda: next(times))
    assert isinstance(reply, Attested)
    assert reply.elapsed == 0.25


async def test_nobody_listens(http: aiohttp.ClientSession) -> None:
    assert reason(await ask_route(At(free_port()), nonce=NONCE, http=http, limits=LIMITS)) is Reason.DOWN


async def test_a_redirect_is_not_followed(http: aiohttp.ClientSession) -> None:
    asked = []

    def redirect(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=303, headers={"Location": "/login?next=x"})

    async with http_server(redirect) as at:
        reply = await ask_route(At(at.port), nonce=NONCE, http=http)
    assert reason(reply) is Reason.PRIVATE
    assert asked == ["/deployment"]


async def test_an_endless_body(http: aiohttp.ClientSession) -> None:
    assert reason(await told(saying(b" " * 60_000, forever=True), http)) is Reason.TOO_LARGE


async def test_a_body_that_never_comes(http: aiohttp.ClientSession) -> None:
    assert (
        reason(await told(saying(b"{", head=b"Content-Type: application/json\r\n"), http)) is Reason.TIMEOUT
    )


async def test_an_endless_page_is_not_even_read(http: aiohttp.ClientSession) -> None:
    behaviour = saying(b" " * 60_000, head=b"Content-Type: text/html\r\n", forever=True)
    assert reason(await told(behaviour, http)) is Reason.NO_ROUTE


async def test_a_body_that_breaks_off(http: aiohttp.ClientSession) -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{")
        writer.close()

    assert reason(await told(behave, http)) is Reason.DOWN


async def test_what_is_no_http(http: aiohttp.ClientSession) -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        await asyncio.sleep(60)

    assert reason(await told(behave, http)) is Reason.NOT_STREAMLIT


async def test_a_packed_body_is_not_unpacked(http: aiohttp.ClientSession) -> None:
    """50 MB of blanks, packed to 50 KB."""
    body = gzip.compress(b" " * 50_000_000)
    head = b"Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n" % len(body)
    assert reason(await told(saying(body, head=head), http)) is Reason.MALFORMED


@pytest.mark.parametrize(
    ("status", "sleeps", "expected"),
    [
        (400, True, Reason.ASLEEP),
        (503, True, Reason.STARTING),
        (400, False, Reason.NO_ROUTE),
        (503, False, Reason.DOWN),
        (500, True, Reason.DOWN),
        (401, False, Reason.PRIVATE),
        (403, False, Reason.PRIVATE),
        (404, False, Reason.NO_ROUTE),
        (204, False, Reason.NO_ROUTE),
    ],
)
def test_says_what_a_status_means(status: int, sleeps: bool, expected: Reason) -> None:
    answer = RouteAnswer(status, "application/json", body=attestation().encode())
    assert reason(read_answer(answer, NONCE, sleeps=sleeps, elapsed=0)) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (attestation("ff" * 16), Reason.WRONG_NONCE),
        ('{"freshboot":2,"nonce":"x"}', Reason.MALFORMED),
        ('{"freshboot":' + "[" * 50_000, Reason.MALFORMED),
        ('{"status": "ok"}', Reason.NO_ROUTE),
        ("", Reason.NO_ROUTE),
        ("\x00\xff", Reason.NO_ROUTE),
        (f"<html>{attestation()}", Reason.NO_ROUTE),
    ],
)
def test_only_an_attestation_for_this_challenge_counts(body: str, expected: Reason) -> None:
    answer = RouteAnswer(200, "application/json", body=body.encode())
    assert reason(read_answer(answer, NONCE, sleeps=False, elapsed=0)) is expected


def test_an_attestation_that_is_called_a_page_does_not_count() -> None:
    answer = RouteAnswer(200, "text/html", body=attestation().encode())
    assert reason(read_answer(answer, NONCE, sleeps=False, elapsed=0)) is Reason.NO_ROUTE


async def test_a_nonce_must_be_one(http: aiohttp.ClientSession) -> None:
    with pytest.raises(ValueError, match="not a nonce"):
        await ask_route(At(1), nonce="x", http=http)
