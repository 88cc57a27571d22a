from __future__ import annotations

import asyncio
import gzip
import json
import time

import aiohttp
import pytest
from aiohttp import web

from freshboot.hosts import http as hosts_http
from freshboot.hosts.http import BODY_BYTES, Answer, Unreachable, fetch
from tests.hosts.servers import host, says, tells
from tests.live.servers import raw_server

JSON = {"content-type": "application/json; charset=utf-8"}


async def test_tells_status_headers_cookies_and_body(http: aiohttp.ClientSession) -> None:
    def answer(_request: web.Request) -> web.Response:
        response = web.Response(text="hello", status=418, headers={"X-Token": "t"})
        response.set_cookie("session", "1")
        return response

    async with host({"/": answer}) as address:
        got = await fetch(http, address.origin + "/")
    assert (got.status, got.body, got.headers["x-token"], got.cookies) == (
        418,
        b"hello",
        "t",
        {"session": "1"},
    )


async def test_follows_no_redirect(http: aiohttp.ClientSession) -> None:
    async with host({"/": says(status=303, Location="/elsewhere"), "/elsewhere": says("ok")}) as address:
        assert (await fetch(http, address.origin + "/")).status == 303


async def test_reads_no_more_than_it_needs(http: aiohttp.ClientSession) -> None:
    async with host({"/": says("x" * 10 * BODY_BYTES)}) as address:
        assert len((await fetch(http, address.origin + "/")).body) == BODY_BYTES


async def test_an_endless_answer_ends(http: aiohttp.ClientSession) -> None:
    async def endless(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
            await writer.drain()

    async with raw_server(endless) as server:
        assert len((await fetch(http, server.health)).body) == BODY_BYTES


async def test_an_answer_that_drips_ends(
    http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(200):
            writer.write(b"x")
            await asyncio.sleep(0.05)

    monkeypatch.setattr(hosts_http, "SECONDS", 0.5)
    started = time.monotonic()
    async with raw_server(drip) as server:
        with pytest.raises(Unreachable, match=r"no answer within 0\.5 s"):
            await fetch(http, server.health)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
        b"\xff" * 1000,
    ],
)
async def test_what_is_not_http_is_unreachable(said: bytes, http: aiohttp.ClientSession) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)

    async with raw_server(speak) as server:
        with pytest.raises(Unreachable):
            await fetch(http, server.health)


async def test_unpacks_nothing(http: aiohttp.ClientSession) -> None:
    packed = gzip.compress(json.dumps({"status": 5}).encode())

    def answer(_request: web.Request) -> web.Response:
        return web.Response(
            body=packed, content_type="application/json", headers={"Content-Encoding": "gzip"}
        )

    async with host({"/": answer}) as address:
        got = await fetch(http, address.origin + "/")
    assert got.body == packed
    assert got.json() is None


async def test_reads_json(http: aiohttp.ClientSession) -> None:
    async with host({"/": tells({"status": 5})}) as address:
        assert (await fetch(http, address.origin + "/")).json() == {"status": 5}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer(404, b"{}", JSON), id="another status"),
        pytest.param(Answer(200, b"{}", {"content-type": "text/html"}), id="another type"),
        pytest.param(Answer(200, b"{}"), id="no type"),
        pytest.param(Answer(200, b"<html>", JSON), id="html"),
        pytest.param(Answer(200, b"[1]", JSON), id="a list"),
        pytest.param(Answer(200, b"", JSON), id="nothing"),
        pytest.param(Answer(200, b"\xff\xfe{", JSON), id="no text"),
        pytest.param(Answer(200, b"[" * BODY_BYTES, JSON), id="lists in lists"),
        pytest.param(Answer(200, b"1" * 10_000, JSON), id="a huge number"),
    ],
)
def test_what_is_no_json_object_is_none(answer: Answer) -> None:
    assert answer.json() is None
