"""An app that holds a key answers nobody but the key's holders, and only theirs is an answer."""

from __future__ import annotations

from collections.abc import Iterator

import aiohttp
import pytest

from freshboot.live.challenge import Attested, Page, Reply, Silent, ask, query_of
from freshboot.live.errors import Reason
from freshboot.live.http import http_client
from freshboot.live.session import Session
from freshboot.proof import Attestation, new_nonce
from freshboot.seal import seal
from tests.gitrepo import make_repository
from tests.live.conftest import SOURCE
from tests.live.servers import Endpoints, app_saying, finished, new_session, text
from tests.streamlit_server import StreamlitServer, free_port, streamlit_server

KEY = "correct horse battery staple"
MAIN = "import freshboot; freshboot.boot()\nimport streamlit as st\nst.text('the page')\n"


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StreamlitServer]:
    root = make_repository(tmp_path_factory.mktemp("keyed") / "app", {"main.py": MAIN})
    port = free_port()
    env = {"PYTHONPATH": str(SOURCE), "FRESHBOOT_KEY": KEY, "FRESHBOOT_URL": f"http://127.0.0.1:{port}/"}
    with streamlit_server(root / "main.py", env=env, port=port) as server:
        yield server


async def asked(app: StreamlitServer, key: str | None) -> Reply:
    async with http_client() as http:
        return await ask(Endpoints(app.port), nonce=new_nonce(), http=http, key=key)


async def shown(app: StreamlitServer, query: str) -> tuple[str, ...]:
    async with http_client() as http, Session.open(app.websocket, http=http) as session:
        return (await session.run(query)).texts()


async def test_a_holder_of_the_key_is_answered(keyed: StreamlitServer) -> None:
    assert isinstance(await asked(keyed, KEY), Attested)


@pytest.mark.parametrize("key", [None, "another"])
async def test_nobody_else_is_answered_and_the_page_tells_nothing(
    keyed: StreamlitServer, key: str | None
) -> None:
    reply = await asked(keyed, key)
    assert isinstance(reply, Page)
    assert reply.texts == ("the page",)


async def test_a_challenge_that_was_sent_elsewhere_and_is_passed_on_is_not_answered(
    keyed: StreamlitServer,
) -> None:
    meant_for_another = query_of(new_nonce(), KEY, "https://evil.example/")
    assert await shown(keyed, meant_for_another) == ("the page",)
    assert await shown(keyed, query_of(new_nonce(), KEY, keyed.websocket)) != ("the page",)


@pytest.mark.parametrize("sealed_with", [None, "another"])
async def test_a_forged_answer_is_refused(http: aiohttp.ClientSession, sealed_with: str | None) -> None:
    nonce = new_nonce()
    forged = Attestation(nonce, "boot", "2026-11-21T20:43:00Z", {}, None, "sha1", True, 0, {})
    async with app_saying(new_session(), text(seal(forged.to_json(), sealed_with)), finished()) as server:
        reply = await ask(server, nonce=nonce, http=http, key=KEY)
    assert isinstance(reply, Silent)
    assert reply.reason is Reason.FORGED


async def test_an_answer_to_an_earlier_challenge_is_refused(http: aiohttp.ClientSession) -> None:
    earlier = Attestation(new_nonce(), "boot", "2026-11-21T20:43:00Z", {}, None, "sha1", True, 0, {})
    recorded = seal(earlier.to_json(), KEY)
    async with app_saying(new_session(), text(recorded), finished()) as server:
        reply = await ask(server, nonce=new_nonce(), http=http, key=KEY)
    assert isinstance(reply, Silent)
    assert reply.reason is Reason.WRONG_NONCE


async def test_the_key_itself_is_never_sent(http: aiohttp.ClientSession) -> None:
    assert KEY not in query_of(new_nonce(), KEY, "http://127.0.0.1/")
