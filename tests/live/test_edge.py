"""Looking through an edge: a small cache, a real nginx, and Streamlit's own old ETags."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from freshboot.hosts.address import Address
from freshboot.live.connection import Limits
from freshboot.live.edge import (
    EdgeLook,
    Seen,
    ask_edge,
    differs,
    ignores_queries,
    keeps_old_copies,
    seen,
    static_paths,
)
from freshboot.proof import blob_id
from tests.app.apps import App, running
from tests.environments import NEWEST, require
from tests.live.servers import raw_server
from tests.streamlit_server import free_port

MAIN = "import streamlit as st\nst.text('main')\n"
OLD, NEW = '{"rate": 1}', '{"rate": 25}'
OLD_BLOB, NEW_BLOB = blob_id(OLD.encode()), blob_id(NEW.encode())
FILE = "app/static/rates.json"
SERVING = "--server.enableStaticServing=true"


@pytest.fixture(scope="module", params=[NEWEST])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("static") / "repository"
    files = {"streamlit_app.py": MAIN, "static/rates.json": OLD}
    with running(folder, files, SERVING, python=require(request.param)) as made:
        yield made


@pytest.fixture
def released(app: App) -> Iterator[App]:
    """The app with the old file in place, put back in the end."""
    app.write("static/rates.json", OLD)
    yield app
    app.write("static/rates.json", OLD)


@dataclass
class Cache:
    """An edge that keeps every answer for good. ``by_path``: whatever the query."""

    origin: str
    by_path: bool = False
    kept: dict[str, tuple[float, int, bytes, str]] = field(default_factory=dict)

    async def answer(self, request: web.Request) -> web.Response:
        key = request.path if self.by_path else request.path_qs
        hit = key in self.kept
        if not hit:
            async with (
                aiohttp.ClientSession() as http,
                http.get(self.origin + request.path_qs, auto_decompress=False) as origin,
            ):
                kept = time.monotonic() - 5, origin.status, await origin.read(), origin.content_type
                self.kept[key] = kept
        since, status, body, media_type = self.kept[key]
        headers = (
            {"X-Cache": "HIT", "Age": str(int(time.monotonic() - since))} if hit else {"X-Cache": "MISS"}
        )
        return web.Response(status=status, body=body, content_type=media_type, headers=headers)


@contextlib.asynccontextmanager
async def serving(cache: Cache) -> AsyncIterator[Address]:
    application = web.Application()
    application.add_routes([web.get("/{path:.*}", cache.answer)])
    async with TestServer(application) as server:
        yield Address.parse(f"http://127.0.0.1:{server.port}")


async def look_at(address: Address, http: aiohttp.ClientSession, path: str = FILE) -> EdgeLook:
    (look,) = await ask_edge(address, [path], http=http, limits=Limits(connect=10.0, run=10.0))
    return look


async def test_without_a_cache_nothing_differs(released: App, http: aiohttp.ClientSession) -> None:
    address = Address.parse(released.server.url)
    before = await look_at(address, http)
    released.write("static/rates.json", NEW)
    after = await look_at(address, http)
    assert [differs(before), differs(after)] == [False, False]
    assert before.plain is not None
    assert after.plain is not None
    assert (before.plain.blob, after.plain.blob) == (OLD_BLOB, NEW_BLOB)
    assert (after.plain.status, after.plain.size, after.plain.media_type) == (200, 12, "application/json")


async def test_a_cache_that_keeps_the_old_file_is_told(released: App, http: aiohttp.ClientSession) -> None:
    async with serving(Cache(released.server.url)) as address:
        assert not differs(await look_at(address, http))
        released.write("static/rates.json", NEW)
        look = await look_at(address, http)
    assert differs(look)
    assert look.plain is not None
    assert look.unique is not None
    assert (look.plain.blob, look.unique.blob) == (OLD_BLOB, NEW_BLOB)
    assert look.plain.is_kept
    assert look.plain.age is not None
    assert not look.unique.is_kept
    assert not ignores_queries(look)


async def test_a_cache_that_ignores_queries_can_be_held_against_git(
    released: App, http: aiohttp.ClientSession
) -> None:
    async with serving(Cache(released.server.url, by_path=True)) as address:
        await look_at(address, http)
        released.write("static/rates.json", NEW)
        look = await look_at(address, http)
    assert not differs(look)
    assert ignores_queries(look)
    assert look.plain is not None
    assert look.plain.blob == OLD_BLOB


async def test_the_page_itself_can_be_looked_at(released: App, http: aiohttp.ClientSession) -> None:
    look = await look_at(Address.parse(released.server.url), http, "")
    assert not differs(look)
    assert look.plain is not None
    assert (look.plain.status, look.plain.media_type) == (200, "text/html")


async def test_a_page_that_is_never_the_same_is_no_alarm(http: aiohttp.ClientSession) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=f"<p nonce={time.monotonic_ns()}>")

    application = web.Application()
    application.add_routes([web.get("/", answer)])
    async with TestServer(application) as server:
        look = await look_at(Address.parse(f"http://127.0.0.1:{server.port}"), http, "")
    assert look.plain is not None
    assert look.plain != look.unique
    assert not differs(look)


async def test_every_query_is_a_new_one_and_paths_are_quoted(http: aiohttp.ClientSession) -> None:
    asked = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.raw_path)
        return web.Response(text="x")

    application = web.Application()
    application.add_routes([web.get("/{path:.*}", answer)])
    names = iter("abcdefgh")
    async with TestServer(application) as server:
        address = Address.parse(f"http://127.0.0.1:{server.port}/~/+")
        looks = await ask_edge(address, ["app/static/größe 1.css"], http=http, fresh=lambda: next(names))
    path = "/~/+/app/static/gr%C3%B6%C3%9Fe%201.css"
    assert asked == [f"{path}?freshboot-edge=a", path, f"{path}?freshboot-edge=b"]
    assert [one.path for one in looks] == ["app/static/größe 1.css"]


async def test_a_server_that_means_harm_ends_in_a_look(http: aiohttp.ClientSession) -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b" " * 60_000)
            await writer.drain()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    limits = Limits(connect=0.5, run=0.5, message_bytes=100_000)
    async with raw_server(endless) as at:
        (look,) = await ask_edge(Address.parse(f"http://127.0.0.1:{at.port}"), [""], http=http, limits=limits)
    assert (look.plain and look.plain.blob, differs(look)) == (None, False)
    async with raw_server(mute) as at:
        (look,) = await ask_edge(Address.parse(f"http://127.0.0.1:{at.port}"), [""], http=http, limits=limits)
    assert (look.unique, look.detail, differs(look)) == (None, "no answer within 1 s", False)


async def test_nobody_listens(http: aiohttp.ClientSession) -> None:
    look = await look_at(Address.parse(f"http://127.0.0.1:{free_port()}"), http)
    assert look.plain is None
    assert "no connection to" in look.detail


ONE, OTHER = Seen(200, "1" * 40, etag='"1"'), Seen(200, "2" * 40, etag='"2"')


@pytest.mark.parametrize(
    ("unique", "plain", "again", "expected"),
    [
        (ONE, ONE, ONE, False),
        (ONE, OTHER, ONE, True),
        (ONE, replace(ONE, etag='W/"1"'), ONE, False),
        (
            ONE,
            replace(ONE, etag='"other"', age=300),
            ONE,
            False,
        ),  # another replica's; or kept, and still right
        (ONE, OTHER, OTHER, False),  # changed meanwhile
        (ONE, OTHER, None, False),
        (ONE, None, ONE, False),
        (ONE, replace(OTHER, blob=None), ONE, False),  # packed or too large
        (ONE, replace(OTHER, status=304), ONE, False),
        (ONE, replace(OTHER, status=503), ONE, False),
        (replace(ONE, status=404), OTHER, replace(ONE, status=404), False),
        (replace(ONE, blob=None), OTHER, replace(ONE, blob=None), False),
    ],
)
def test_only_whole_answers_that_are_alone_differ(
    unique: Seen | None, plain: Seen | None, again: Seen | None, expected: bool
) -> None:
    assert differs(EdgeLook("", unique, plain, again)) is expected


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ({}, False),
        ({"Age": "0"}, False),
        ({"Age": "12"}, True),
        ({"Age": "a while"}, False),
        ({"X-Cache": "HIT from edge"}, True),
        ({"x-cache-status": "MISS"}, False),
        ({"CF-Cache-Status": "HIT"}, True),
        ({"X-Cache": "WHITELISTED"}, False),
        ({"Cache-Status": "edge; hit; ttl=30"}, True),
    ],
)
def test_reads_what_caches_say_of_themselves(headers: dict[str, str], kept: bool) -> None:
    assert seen(200, headers, b"").is_kept is kept


def test_a_packed_or_cut_answer_has_no_blob() -> None:
    assert seen(200, {"Content-Encoding": "gzip"}, b"x").blob is None
    assert seen(200, {}, None).blob is None
    assert seen(200, {}, b"x", "sha256").blob == blob_id(b"x", "sha256")


def test_static_files_lie_beside_the_entrypoint() -> None:
    files = ["static/a.css", "apps/shop/static/deep/b.css", "apps/static/c.css", "apps/shop/app.py"]
    assert static_paths(files, "app.py") == {"static/a.css": "app/static/a.css"}
    assert static_paths(files, "apps/shop/app.py") == {"apps/shop/static/deep/b.css": "app/static/deep/b.css"}


@pytest.mark.slow
@pytest.mark.parametrize("app", ["1.50.0"], indirect=True)
async def test_streamlits_etag_of_other_bytes_is_told(released: App, http: aiohttp.ClientSession) -> None:
    """To 1.56 a browser that holds the old file is told that it is the newest."""
    address = Address.parse(released.server.url)
    assert not differs(await look_at(address, http))
    released.write("static/rates.json", NEW)
    look = await look_at(address, http)
    assert look.plain is not None
    assert (look.plain.blob, look.revalidated) == (NEW_BLOB, 304)
    assert keeps_old_copies(look)
    assert differs(look)


def test_an_etag_that_is_weak_or_no_hash_is_left_aside() -> None:
    for etag in ('"6d581613"', f'W/"{"0" * 128}"', ""):
        assert not seen(200, {"ETag": etag}, b"x").foreign_etag
    assert seen(200, {"ETag": f'"{"0" * 128}"'}, b"x").foreign_etag


CONFIGURATION = """\
daemon off; {user} pid {folder}/pid; error_log stderr; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off;
  proxy_cache_path {folder}/cache keys_zone=edge:1m max_size=4m;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {origin};
      proxy_cache edge;
      proxy_cache_valid 200 10m;
      add_header X-Cache-Status $upstream_cache_status;
    }}
  }}
}}
"""


@contextlib.contextmanager
def nginx(folder: Path, origin: str) -> Iterator[Address]:
    """A real nginx that keeps the origin's answers for ten minutes."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        assert not os.environ.get("CI"), "nginx belongs to the tests' machine"
        pytest.skip("no nginx: install it (Debian: apt-get install nginx-light)")
    port = free_port()
    user = "user root;" if os.geteuid() == 0 else ""
    settings = CONFIGURATION.format(folder=folder, port=port, origin=origin, user=user)
    (folder / "nginx.conf").write_text(settings)
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    log = folder / "log"
    with log.open("wb") as output, subprocess.Popen(command, stderr=output) as process:
        try:
            wait_for(port, process, log)
            yield Address.parse(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise RuntimeError(f"nginx did not start:\n{log.read_text()}")


async def test_a_real_nginx_that_keeps_the_old_file_is_told(
    released: App, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    with nginx(tmp_path, released.server.url) as address:
        assert not differs(await look_at(address, http))
        released.write("static/rates.json", NEW)
        look = await look_at(address, http)
    assert differs(look)
    assert look.plain is not None
    assert look.unique is not None
    assert (look.plain.blob, look.plain.cache) == (OLD_BLOB, ("x-cache-status: HIT",))
    assert (look.unique.blob, look.unique.cache) == (NEW_BLOB, ("x-cache-status: MISS",))
