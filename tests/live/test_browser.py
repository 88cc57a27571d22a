"""Asking through a real Chromium: real apps of the oldest and the newest Streamlit, and pages that mean harm.

On CI there is always a browser; elsewhere these tests are skipped with one line where there is none.
"""

from __future__ import annotations

import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Browser

from freshboot.live.browser import (
    ENVIRONMENT,
    NoBrowser,
    ask_browser,
    find_chromium,
    open_browser,
    screenshot,
)
from freshboot.live.challenge import Attested, Page, Reply, Silent
from freshboot.live.connection import Limits
from freshboot.live.errors import Reason
from freshboot.proof import Attestation, Layer, blob_id, new_nonce, tag
from tests.app.apps import App, running
from tests.environments import NEWEST, require
from tests.live.servers import http_server
from tests.streamlit_server import free_port

pytestmark = pytest.mark.asyncio(loop_scope="module")

NONCE = "00112233445566778899aabbccddeeff"
LIMITS = Limits(connect=10.0, run=20.0)
SHORT = Limits(connect=1.0, run=1.5)
SMALL = Limits(connect=10.0, run=20.0, message_bytes=100_000)
MAIN = """\
import freshboot; freshboot.boot()
import streamlit as st
DEPLOYMENT_VERSION = "1.0.3+20261121T204300Z.g1a2b3c4.teal"
freshboot.badge()
st.title("Budget")
st.text("a plain text")
"""
BADGE = "1.0.3 · 2026-11-21 20:43 UTC · 1a2b3c4"
WITHOUT = "import streamlit as st\nst.title('No agent')\nst.text('{\"other\": 1}')\n"


@pytest.fixture
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What never says that it is done is not waited for as long as a slow app is."""
    monkeypatch.setattr("freshboot.live.browser._QUIET_SECONDS", 0.8)


@pytest.fixture(
    scope="module",
    params=[*(pytest.param(one, marks=pytest.mark.slow) for one in ("1.28.0", "1.50.0")), NEWEST],
)
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("browsed") / "repository"
    with running(folder, {"streamlit_app.py": MAIN}, python=require(request.param)) as made:
        yield made


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("without") / "repository"
    with running(folder, {"streamlit_app.py": WITHOUT}) as made:
        yield made


def attestation(nonce: str = NONCE) -> str:
    return Attestation(nonce, "boot-1", "2026-11-21T20:43:00Z", {}, None, "sha1", True, 0, {}).to_json()


async def shown(browser: Browser, html: str, limits: Limits = LIMITS, **headers: str) -> Reply:
    """The reply to a server that shows this page."""

    def answer(_: web.Request) -> web.Response:
        return web.Response(text=html, content_type="text/html", headers=headers)

    started = time.monotonic()
    async with http_server(answer) as at:
        reply = await ask_browser(f"http://127.0.0.1:{at.port}", NONCE, browser=browser, limits=limits)
    assert time.monotonic() - started < limits.connect + limits.run + 10.0
    return reply


def reason(reply: Reply | None) -> Reason:
    assert isinstance(reply, Silent), reply
    return reply.reason


def size_of(picture: Path) -> tuple[int, int]:
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


async def test_a_real_app_attests_on_its_page(app: App, browser: Browser) -> None:
    nonce = new_nonce()
    reply = await ask_browser(app.server.url, nonce, browser=browser, limits=LIMITS)
    assert isinstance(reply, Attested)
    scripts = reply.attestation.layers["memory"].tags["scripts"]
    assert scripts == (tag(nonce, Layer.MEMORY, "streamlit_app.py", blob_id(MAIN.encode())),)


@pytest.mark.parametrize("app", [NEWEST], indirect=True)
async def test_the_page_can_be_photographed(app: App, browser: Browser, tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    assert await screenshot(app.server.url, picture, browser=browser, limits=LIMITS) is None
    assert size_of(picture) == (1280, 800)


@pytest.mark.parametrize("app", [NEWEST], indirect=True)
async def test_the_badge_alone_can_be_photographed(app: App, browser: Browser, tmp_path: Path) -> None:
    picture = tmp_path / "badge.png"
    assert await screenshot(app.server.url, picture, browser=browser, text=BADGE, limits=LIMITS) is None
    width, height = size_of(picture)
    assert 100 < width < 600
    assert 10 < height < 60


async def test_a_badge_that_is_not_there_is_no_picture(
    without: App, browser: Browser, tmp_path: Path
) -> None:
    picture = tmp_path / "badge.png"
    reply = await screenshot(without.server.url, picture, browser=browser, text=BADGE, limits=SHORT)
    assert reason(reply) is Reason.TIMEOUT
    assert not picture.exists()


async def test_an_app_without_an_agent_is_a_page(without: App, browser: Browser) -> None:
    reply = await ask_browser(without.server.url, NONCE, browser=browser, limits=LIMITS)
    assert isinstance(reply, Page)
    assert {"No agent", '{"other": 1}'} <= set(reply.texts)


async def test_another_challenges_answer_does_not_count(browser: Browser) -> None:
    assert reason(await shown(browser, f"<p>{attestation('ff' * 16)}</p>")) is Reason.WRONG_NONCE


async def test_an_answer_of_another_version_does_not_count(browser: Browser) -> None:
    assert reason(await shown(browser, '<p>{"freshboot":99}</p>')) is Reason.MALFORMED


async def test_only_the_first_answer_counts(browser: Browser) -> None:
    page = f"<p>{attestation('ff' * 16)}</p><p>{attestation()}</p>"
    assert reason(await shown(browser, page)) is Reason.WRONG_NONCE


@pytest.mark.usefixtures("impatience")
async def test_a_page_that_is_not_streamlits(browser: Browser) -> None:
    assert reason(await shown(browser, "<p>hello</p>")) is Reason.NOT_STREAMLIT


async def test_too_large_an_answer(browser: Browser) -> None:
    page = "<p></p><script>document.querySelector('p').append('{\"freshboot\":' + 'x'.repeat(5e6))</script>"
    assert reason(await shown(browser, page, SMALL)) is Reason.TOO_LARGE


async def test_dialogs_and_windows_hold_up_nothing(browser: Browser) -> None:
    page = f"<script>alert(1); confirm(2); open('/other'); print()</script><p>{attestation()}</p>"
    assert isinstance(await shown(browser, page), Attested)


@pytest.mark.usefixtures("impatience")
async def test_a_page_that_replaces_what_reads_it_is_read_as_it_is(browser: Browser) -> None:
    page = (
        "<p>hello</p><script>document.createTreeWalker = () => ({nextNode: () => "
        f"({{data: {attestation()!r}}})}})</script>"
    )
    assert reason(await shown(browser, page)) is Reason.NOT_STREAMLIT


async def test_a_page_that_never_rests(browser: Browser) -> None:
    script = "setInterval(() => document.querySelector('p').append('x'), 50)"
    page = f"<p class=stApp></p><script>{script}</script>"
    assert reason(await shown(browser, page, SHORT)) is Reason.TIMEOUT


async def test_a_page_that_blocks_its_own_thread(browser: Browser) -> None:
    assert reason(await shown(browser, "<script>for (;;);</script>", SHORT)) is Reason.TIMEOUT


@pytest.mark.usefixtures("impatience")
async def test_a_page_that_reloads_for_ever(browser: Browser) -> None:
    assert reason(
        await shown(browser, "<script>setTimeout(() => location.reload(), 300)</script>", SHORT)
    ) in (
        Reason.TIMEOUT,
        Reason.NOT_STREAMLIT,
    )


async def test_a_page_that_leads_to_another_server_is_left(browser: Browser) -> None:
    async with http_server(
        lambda _: web.Response(text=f"<p>{attestation()}</p>", content_type="text/html")
    ) as other:
        target = f"http://127.0.0.1:{other.port}/login"
        reply = await shown(browser, f"<script>location = '{target}'</script>")
        assert reason(reply) is Reason.NOT_STREAMLIT
        redirect = await shown_status(browser, 302, Location=target)
    assert reason(redirect) is Reason.PRIVATE


async def test_a_download_is_no_page(browser: Browser) -> None:
    headers = {"Content-Disposition": "attachment; filename=x.html"}
    assert reason(await shown(browser, attestation(), **headers)) is Reason.DOWN


async def shown_status(browser: Browser, status: int, **headers: str) -> Reply:
    def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=attestation(), headers=headers)

    async with http_server(answer) as at:
        return await ask_browser(f"http://127.0.0.1:{at.port}", NONCE, browser=browser, limits=LIMITS)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, Reason.PRIVATE),
        (403, Reason.PRIVATE),
        (404, Reason.NOT_STREAMLIT),
        (500, Reason.DOWN),
        (503, Reason.DOWN),
    ],
)
async def test_a_status_says_why(browser: Browser, status: int, expected: Reason) -> None:
    assert reason(await shown_status(browser, status)) is expected


async def test_nobody_listens(browser: Browser) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    reply = await ask_browser(url, NONCE, browser=browser, limits=LIMITS)
    assert isinstance(reply, Silent)
    assert (reply.reason, reply.detail) == (Reason.DOWN, "no page came: ERR_CONNECTION_REFUSED")


async def test_each_visit_has_a_profile_of_its_own(browser: Browser) -> None:
    cookies = []

    def answer(request: web.Request) -> web.Response:
        if request.path == "/":
            cookies.append(dict(request.cookies))
        page = web.Response(text=f"<p>{attestation()}</p>", content_type="text/html")
        page.set_cookie("seen", "1")
        return page

    async with http_server(answer) as at:
        for _ in range(2):
            await ask_browser(f"http://127.0.0.1:{at.port}", NONCE, browser=browser, limits=LIMITS)
    assert cookies == [{}, {}]


async def test_the_app_may_lie_under_a_path(browser: Browser) -> None:
    asked = []

    def answer(request: web.Request) -> web.Response:
        asked.append(request.raw_path)
        return web.Response(text=f"<p>{attestation()}</p>", content_type="text/html")

    async with http_server(answer) as at:
        url = f"http://127.0.0.1:{at.port}/~/+"
        assert isinstance(await ask_browser(url, NONCE, browser=browser, limits=LIMITS), Attested)
    assert asked[0] == f"/~/+/?freshboot={NONCE}"


async def test_a_nonce_must_be_one(browser: Browser) -> None:
    with pytest.raises(ValueError, match="not a nonce"):
        await ask_browser("http://127.0.0.1:1", "x", browser=browser)


async def test_the_environment_names_the_browser_before_path_does() -> None:
    assert find_chromium({ENVIRONMENT: "/mine"}, lambda _: "/other") == "/mine"
    assert find_chromium({}, lambda name: f"/bin/{name}" if name.startswith("google") else None) == (
        "/bin/google-chrome"
    )
    assert find_chromium({}, lambda _: None) is None


async def test_what_is_no_browser_is_told_with_the_remedy() -> None:
    with pytest.raises(NoBrowser) as caught:
        async with open_browser("/bin/false"):
            pass
    assert caught.value.message.startswith("Chromium does not start")
    assert ENVIRONMENT in caught.value.remedy


async def test_without_playwright_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "playwright.async_api", None)
    with pytest.raises(NoBrowser, match=r"freshboot\[browser\]"):
        async with open_browser():
            pass
