from __future__ import annotations

import asyncio
import errno
import os
import re
import ssl
import subprocess
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from freshboot.live import wire_pb2 as wire
from freshboot.live.challenge import Attested, Endpoints, Page, Reply, Silent, ask
from freshboot.live.connection import Limits
from freshboot.live.errors import Reason
from freshboot.live.run import Metric
from freshboot.proof import Attestation, new_nonce
from tests.live import servers
from tests.live.servers import app_saying, element, finished, http_server, new_session, text
from tests.streamlit_server import StreamlitServer, free_port

NONCE = "00112233445566778899aabbccddeeff"
LIMITS = Limits(connect=2.0, run=2.0)


async def asked(where: Endpoints, http: aiohttp.ClientSession, nonce: str = NONCE, page: str = "") -> Reply:
    return await ask(where, nonce=nonce, http=http, limits=LIMITS, page=page)


def answer(nonce: str = NONCE) -> str:
    return Attestation(nonce, "boot-1", "2026-11-21T20:43:00Z", {}, None, "sha1", True, 0, {}).to_json()


@pytest.fixture
def live(app: StreamlitServer) -> Endpoints:
    return servers.Endpoints(app.port)


async def test_a_real_app_attests(live: Endpoints, http: aiohttp.ClientSession) -> None:
    nonce = new_nonce()
    reply = await ask(live, nonce=nonce, http=http)
    assert isinstance(reply, Attested)
    assert (reply.attestation.nonce, reply.attestation.boot_id) == (nonce, "boot-1")


async def test_measures_from_dialling_to_the_answer(http: aiohttp.ClientSession) -> None:
    times = iter([10.0, 10.25])
    async with app_saying(new_session(), text(answer()), finished()) as server:
        reply = await ask(server, nonce=NONCE, http=http, clock=lambda: next(times))
    assert isinstance(reply, Attested)
    assert reply.elapsed == 0.25


async def test_many_at_once_get_their_own_answers(live: Endpoints, http: aiohttp.ClientSession) -> None:
    nonces = [new_nonce() for _ in range(10)]
    replies = await asyncio.gather(*(ask(live, nonce=nonce, http=http) for nonce in nonces))
    assert [reply.attestation.nonce for reply in replies if isinstance(reply, Attested)] == nonces


async def test_an_app_without_an_agent_is_a_page(live: Endpoints, http: aiohttp.ClientSession) -> None:
    reply = await asked(live, http, page="Report")
    assert isinstance(reply, Page)
    assert reply.texts == ("the report",)
    assert reply.exception is None


async def test_a_page_tells_metrics_and_exception(http: aiohttp.ClientSession) -> None:
    metric = element(0, 0, metric=wire.Metric(label="Revenue", body="1"))
    failure = element(0, 1, exception=wire.AppException(type="KeyError", message="'calc'"))
    async with app_saying(new_session("1.2.3"), metric, failure, finished()) as server:
        reply = await asked(server, http)
    assert isinstance(reply, Page)
    assert reply.metrics == (Metric("Revenue", "1", ""),)
    assert reply.exception is not None
    assert reply.exception.type == "KeyError"
    assert reply.streamlit_version == "1.2.3"


async def test_a_missing_page_is_told_though_the_default_page_answers(
    live: Endpoints, http: aiohttp.ClientSession
) -> None:
    reply = await asked(live, http, page="Repot")
    assert isinstance(reply, Silent)
    assert reply.reason is Reason.PAGE_NOT_FOUND


async def test_an_answer_to_another_challenge_is_not_accepted(http: aiohttp.ClientSession) -> None:
    async with app_saying(new_session(), text(answer(new_nonce())), finished()) as server:
        reply = await asked(server, http)
    assert isinstance(reply, Silent)
    assert reply.reason is Reason.WRONG_NONCE


@pytest.mark.parametrize(
    "body",
    [
        '{"freshboot":2,"nonce":"00112233445566778899aabbccddeeff"}',
        '{"freshboot":1}',
        '{"freshboot":1,"nonce":5}',
        '{"freshboot":1',
        '{"freshboot":' + "[" * 100_000,
    ],
)
async def test_an_attestation_that_cannot_be_read_is_malformed(
    body: str, http: aiohttp.ClientSession
) -> None:
    async with app_saying(new_session(), text(body), finished()) as server:
        reply = await asked(server, http)
    assert isinstance(reply, Silent)
    assert reply.reason is Reason.MALFORMED


async def test_a_run_that_the_server_began_by_itself_is_not_taken_for_the_answer(
    http: aiohttp.ClientSession,
) -> None:
    its_own = (new_session(), text("a page"), finished())
    async with app_saying(*its_own, new_session(), text(answer()), finished()) as server:
        assert isinstance(await asked(server, http), Attested)


async def test_the_answer_counts_before_the_run_has_ended(http: aiohttp.ClientSession) -> None:
    """The server's search for what to watch comes at the end of a run, and takes most of the time."""
    async with app_saying(new_session(), text(answer())) as server:
        assert isinstance(await asked(server, http), Attested)


async def test_only_the_first_text_can_be_an_attestation(http: aiohttp.ClientSession) -> None:
    async with app_saying(new_session(), text("a page"), text(answer(), 0, 1), finished()) as server:
        assert isinstance(await asked(server, http), Page)


async def test_an_attestation_in_another_kind_of_element_is_none(http: aiohttp.ClientSession) -> None:
    for kind in ("markdown", "json", "html", "alert"):
        pretended = element(0, 0, **{kind: wire.Body(body=answer())})
        async with app_saying(new_session(), pretended, finished()) as server:
            assert isinstance(await asked(server, http), Page)


async def test_an_app_that_shows_its_query_back_does_not_attest(http: aiohttp.ClientSession) -> None:
    async with app_saying(new_session(), text(f"{{'freshboot': '{NONCE}'}}"), finished()) as server:
        assert isinstance(await asked(server, http), Page)


async def test_a_session_that_ends_without_an_answer_is_down(http: aiohttp.ClientSession) -> None:
    async def leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await servers.shake_hands(reader, writer)

    async with servers.raw_server(leave) as server:
        reply = await asked(server, http)
    assert reply == Silent(Reason.DOWN, "the server ended the session")


async def test_nobody_listens(http: aiohttp.ClientSession) -> None:
    port = free_port()
    reply = await asked(servers.Endpoints(port), http)
    words = os.strerror(errno.ECONNREFUSED).lower()
    assert reply == Silent(Reason.DOWN, f"no connection to 127.0.0.1:{port}: {words}")
    assert isinstance(reply, Silent)
    assert reply.remedy == "see that the app runs, and that the address and the port are right"


async def test_a_name_that_does_not_exist(http: aiohttp.ClientSession) -> None:
    class Nowhere(servers.Endpoints):
        @property
        def websocket(self) -> str:
            return "ws://no-such-host.invalid/_stcore/stream"

    reply = await asked(Nowhere(1), http)
    assert isinstance(reply, Silent)
    assert reply.reason is Reason.DOWN
    assert reply.detail.startswith("no connection to no-such-host.invalid:80: ")


def html(_request: web.Request) -> web.Response:
    return web.Response(text="<!doctype html><p>hello", content_type="text/html")


async def test_a_website_that_answers_every_path_is_no_streamlit(http: aiohttp.ClientSession) -> None:
    async with http_server(html) as server:
        reply = await asked(server, http)
    assert reply == Silent(Reason.NOT_STREAMLIT, "the server answers, but not as Streamlit does (HTTP 200)")


async def test_a_path_beside_a_real_app_is_no_streamlit(
    app: StreamlitServer, http: aiohttp.ClientSession
) -> None:
    class Beside(servers.Endpoints):
        @property
        def websocket(self) -> str:
            return super().websocket.replace("/_stcore", "/elsewhere/_stcore")

        @property
        def health(self) -> str:
            return super().health.replace("/_stcore", "/elsewhere/_stcore")

    reply = await asked(Beside(app.port), http)
    assert isinstance(reply, Silent)
    assert reply.reason is Reason.NOT_STREAMLIT


def answering(status: int, body: str = "", **headers: str) -> servers.Callable[[web.Request], web.Response]:
    return lambda _request: web.Response(status=status, text=body, headers=headers)


@pytest.mark.parametrize(
    ("status", "body", "sleeps", "reason"),
    [
        (400, "asleep", True, Reason.ASLEEP),
        (503, "starting", True, Reason.STARTING),
        (400, "bad request", False, Reason.NOT_STREAMLIT),
        (503, "Service Unavailable", False, Reason.DOWN),
        (503, "unavailable", False, Reason.STARTING),
        (500, "", True, Reason.DOWN),
        (502, "", False, Reason.DOWN),
        (401, "", False, Reason.PRIVATE),
        (403, "", True, Reason.PRIVATE),
        (404, "", False, Reason.NOT_STREAMLIT),
        (200, "ok", False, Reason.NO_WEBSOCKET),
    ],
)
async def test_what_an_http_answer_means(
    status: int, body: str, sleeps: bool, reason: Reason, http: aiohttp.ClientSession
) -> None:
    async with http_server(answering(status, body)) as server:
        reply = await asked(servers.Endpoints(server.port, sleeps), http)
    assert isinstance(reply, Silent)
    assert reply.reason is reason


async def test_a_proxy_that_lets_no_websocket_through_is_named(http: aiohttp.ClientSession) -> None:
    def proxy(request: web.Request) -> web.Response:
        return web.Response(text="ok") if request.path.endswith("/health") else web.Response(status=426)

    async with http_server(proxy) as server:
        reply = await asked(server, http)
    assert reply == Silent(
        Reason.NO_WEBSOCKET, "Streamlit is there, but no WebSocket gets through to it (HTTP 426)"
    )


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("https://login.example/?next=secret", Reason.PRIVATE),
        ("/-/auth/app?redirect_uri=x", Reason.PRIVATE),
        ("https://accounts.example/o/oauth2/auth", Reason.PRIVATE),
        ("https://elsewhere.example/app", Reason.NOT_STREAMLIT),
        ("https://author.example/blogin", Reason.NOT_STREAMLIT),
    ],
)
async def test_redirects_are_told_and_not_followed(
    target: str, reason: Reason, http: aiohttp.ClientSession
) -> None:
    async with http_server(answering(303, Location=target)) as server:
        reply = await asked(server, http)
    assert reply == Silent(reason, f"the server redirects to {target.partition('?')[0]}")


async def test_what_the_server_says_cannot_write_into_the_terminal(http: aiohttp.ClientSession) -> None:
    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        target = "https://x.example/\u202e\u009b31m" + "y" * 2000
        writer.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + target.encode() + b"\r\n\r\n")

    async with servers.raw_server(redirect) as server:
        reply = await asked(server, http)
    assert isinstance(reply, Silent)
    assert reply.detail.isprintable()
    assert len(reply.detail) <= 300


async def test_an_endless_health_check_does_not_hold_us(http: aiohttp.ClientSession) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        if b"/health" not in request.splitlines()[0]:
            writer.write(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
            return
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
            await writer.drain()

    async with servers.raw_server(drip) as server:
        reply = await asyncio.wait_for(asked(server, http), 10)
    assert isinstance(reply, Silent)
    assert reply.reason is Reason.NOT_STREAMLIT


async def test_a_programming_error_is_raised(live: Endpoints, http: aiohttp.ClientSession) -> None:
    with pytest.raises(ValueError, match="not a nonce"):
        await ask(live, nonce="secret", http=http)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for app.example, signed by itself; its key is in the same file."""
    target = tmp_path_factory.mktemp("tls") / "certificate.pem"
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=app.example", "-addext", "subjectAltName=DNS:app.example"]
    files = ["-keyout", str(target), "-out", str(target) + ".public"]
    subprocess.run(["openssl", "req", *kind, *names, *files], check=True, capture_output=True)
    target.write_text(target.read_text() + Path(f"{target}.public").read_text())
    return target


@pytest.fixture
def https(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def test_a_self_signed_certificate_is_not_trusted(
    https: ssl.SSLContext, http: aiohttp.ClientSession
) -> None:
    async with http_server(html, https) as server:
        reply = await asked(server, http)
    assert isinstance(reply, Silent)
    assert reply.reason is Reason.TLS
    assert re.fullmatch("the secure connection failed: self.signed certificate", reply.detail)


async def test_a_certificate_for_another_name_is_not_trusted(
    https: ssl.SSLContext, certificate: Path
) -> None:
    connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=str(certificate)))
    async with http_server(html, https) as server, aiohttp.ClientSession(connector=connector) as trusting:
        reply = await asked(server, trusting)
    assert isinstance(reply, Silent)
    assert reply.reason is Reason.TLS
    assert "IP address mismatch" in reply.detail


async def test_https_where_only_http_is_spoken(http: aiohttp.ClientSession) -> None:
    async with http_server(html) as server:
        reply = await asked(servers.Endpoints(server.port, secure=True), http)
    assert isinstance(reply, Silent)
    assert reply.reason is Reason.TLS
