"""What is said of addresses at which no Streamlit app answers: a clear line each, and never a proof."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from aiohttp import web

from tests.endtoend.team import Told, freshboot
from tests.gitrepo import ISOLATION, clone, make_remote
from tests.live import servers
from tests.live.servers import Endpoints, http_server, raw_server
from tests.streamlit_server import free_port
from tests.test_proof import ANSWER

HASTE = ("--settle", "0", "--grace", "0.5s", "--timeout", "2s", "--no-witness")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    remote = make_remote(tmp_path / "remote.git", {"streamlit_app.py": "import streamlit\n"})
    return clone(remote, tmp_path / "app")


@contextlib.contextmanager
def serving(server: AbstractAsyncContextManager[Endpoints]) -> Iterator[Endpoints]:
    """Run an asynchronous server beside the command, which has a loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def confirm(app: Path, url: str) -> Told:
    return freshboot(app, "confirm", "--url", url, *HASTE)


def test_a_web_site_that_is_no_streamlit_app(app: Path) -> None:
    def page(_request: web.Request) -> web.Response:
        return web.Response(text="<html>hello</html>", content_type="text/html")

    with serving(http_server(page)) as server:
        told = confirm(app, f"http://127.0.0.1:{server.port}")
    assert told.verdict == (3, "unproven", "wrong-target")
    assert "not-streamlit" in told.prose


def test_a_port_that_nobody_listens_on(app: Path) -> None:
    told = confirm(app, f"http://127.0.0.1:{free_port()}")
    assert told.verdict == (3, "unproven", "down")
    assert "refused" in told.prose.lower()


def test_a_certificate_that_nobody_vouches_for(app: Path, tmp_path: Path) -> None:
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "1"]
    subprocess.run(["openssl", "req", *kind, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with serving(http_server(lambda _request: web.Response(text="ok"), context)) as server:
        told = confirm(app, f"https://127.0.0.1:{server.port}")
    assert told.verdict == (3, "unproven", "down")
    assert "tls" in told.prose.lower()


def test_an_answer_that_never_ends(app: Path) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await servers.shake_hands(reader, writer)
        while True:
            writer.write(servers.frame(servers.text("and so on").SerializeToString()))
            await writer.drain()
            await asyncio.sleep(0.01)

    with serving(raw_server(drip)) as server:
        told = confirm(app, f"http://127.0.0.1:{server.port}")
    assert (told.code, told.facts["verdict"]) == (3, "unproven")


def test_an_app_that_answers_with_somebody_else_s_attestation(app: Path) -> None:
    replay = servers.app_saying(servers.new_session(), servers.text(ANSWER.to_json()), servers.finished())
    with serving(replay) as server:
        told = confirm(app, f"http://127.0.0.1:{server.port}")
    assert told.verdict == (3, "unproven", "agent-failed")
    assert told.facts["live"]["replicas"] == []


def test_a_page_that_speaks_to_the_terminal_and_to_the_workflow(app: Path) -> None:
    words = "\x1b[2J::error::owned\n::set-output name=commit::0\r##[command]"
    hostile = servers.element(0, 0, exception=servers.wire.AppException(type="Oops", message=words))
    with serving(servers.app_saying(servers.new_session(), hostile, servers.finished())) as server:
        told = confirm(app, f"http://127.0.0.1:{server.port}")
    assert told.verdict == (3, "unproven", "app-raises")
    assert "Oops" in told.prose
    assert "\x1b" not in told.prose
    assert not [line for line in told.prose.splitlines() if line.lstrip().startswith("::")]
