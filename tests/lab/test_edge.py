"""The edge answers as Community Cloud's does."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
import pytest

from freshboot.lab import LabProcess
from tests.lab.developer import Developer
from tests.lab.eyes import LIMIT_S, displayed, visiting

HEALTH = "/~/+/_stcore/health"
STATUS, RESUME = "/api/v2/app/status", "/api/v2/app/resume"


@pytest.fixture
async def anonymous(lab: LabProcess) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that keeps no cookies."""
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(lab.url, cookie_jar=jar) as client:
        yield client


@pytest.fixture
async def browser(lab: LabProcess) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that keeps cookies, also those of a bare address."""
    async with aiohttp.ClientSession(lab.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        yield client


async def status_of(client: aiohttp.ClientSession, path: str) -> int:
    async with client.get(path, allow_redirects=False) as answer:
        return answer.status


async def until_status(client: aiohttp.ClientSession, path: str, expected: int) -> None:
    end = time.monotonic() + LIMIT_S
    while await status_of(client, path) != expected:
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


async def phase_of(client: aiohttp.ClientSession) -> int:
    async with client.get(STATUS) as answer:
        return int((await answer.json())["status"])


async def test_the_root_sends_whoever_keeps_no_cookies_round_in_a_loop(
    anonymous: aiohttp.ClientSession,
) -> None:
    assert await status_of(anonymous, "/") == 303
    with pytest.raises(aiohttp.TooManyRedirects):
        await anonymous.get("/")


async def test_the_root_is_a_shell_page_for_whoever_keeps_cookies(browser: aiohttp.ClientSession) -> None:
    async with browser.get("/detail?a=b") as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
        assert (answer.url.path, answer.url.query_string) == ("/detail", "a=b")
        assert "main 1" not in await answer.text()


async def test_the_sign_in_leads_nowhere_else(anonymous: aiohttp.ClientSession) -> None:
    for target in ("//elsewhere.example", "/\\elsewhere.example"):
        path, query = "/-/login", {"redirect_uri": target}
        async with anonymous.get(path, params=query, allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/elsewhere.example"


async def test_the_app_itself_needs_no_cookie(anonymous: aiohttp.ClientSession) -> None:
    async with anonymous.get(HEALTH, allow_redirects=False) as answer:
        assert (answer.status, await answer.text()) == (200, "ok")
        assert "Set-Cookie" not in answer.headers or "streamlit_session" not in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("path", ["/", "/no/such/page", "/static/no-such.js", "/_stcore/host-config?a=%2Fb"])
async def test_everything_under_the_prefix_is_answered_by_streamlit(
    anonymous: aiohttp.ClientSession, lab: LabProcess, path: str
) -> None:
    direct = f"http://127.0.0.1:{lab.state()['replicas'][0]['port']}{path}"
    async with anonymous.get("/~/+" + path) as through, aiohttp.request("GET", direct) as straight:
        assert (through.status, through.content_type) == (straight.status, straight.content_type)
        assert await through.read() == await straight.read()


async def test_status_tells_the_phase_and_the_version_and_no_commit(anonymous: aiohttp.ClientSession) -> None:
    async with anonymous.get(STATUS) as answer:
        facts = await answer.json()
    assert facts["status"] == 5
    assert facts["viewerAuthEnabled"] is False
    assert facts["streamlitVersion"].split(".")[0].isdigit()
    assert "commit" not in str(facts).lower()


async def test_disambiguate_tells_what_the_app_tracks(
    anonymous: aiohttp.ClientSession, lab: LabProcess
) -> None:
    async with anonymous.get("/api/v2/app/disambiguate") as answer:
        facts = await answer.json()
    assert facts == {
        "owner": "lab",
        "repository": "sample",
        "branch": "main",
        "mainModule": "streamlit_app.py",
        "host": urlsplit(lab.url).netloc,
    }
    assert lab.remote.endswith("/lab/sample.git")


async def test_an_app_that_sleeps_says_so_and_wakes_on_resume(
    lab: LabProcess, browser: aiohttp.ClientSession, developer: Developer
) -> None:
    async with browser.get("/") as answer:
        awake = await answer.text()
    lab.sleep()
    release = developer.release()
    assert await status_of(browser, HEALTH) == 400
    assert await status_of(browser, "/~/+/") == 400
    async with browser.get("/") as answer:
        assert (answer.status, await answer.text()) == (200, awake)
    with pytest.raises(aiohttp.WSServerHandshakeError, match="400"):
        await displayed(lab.url)
    async with browser.get(STATUS) as answer:
        assert (await answer.json())["status"] == 12
        token = answer.headers["x-csrf-token"]
    async with browser.post(RESUME, headers={"x-csrf-token": token}) as answer:
        assert answer.status == 204
    await until_status(browser, HEALTH, 200)
    assert await displayed(lab.url) == [release.main, release.module]


async def test_resume_needs_both_the_cookie_and_the_header(
    anonymous: aiohttp.ClientSession, lab: LabProcess
) -> None:
    async with anonymous.get(STATUS) as answer:
        header, cookie = answer.headers["x-csrf-token"], answer.cookies["_streamlit_csrf"].value
    wrong = ({}, {"x-csrf-token": header}, {"Cookie": f"_streamlit_csrf={cookie}"})
    for headers in (*wrong, {"x-csrf-token": cookie, "Cookie": f"_streamlit_csrf={cookie}"}):
        async with anonymous.post(RESUME, headers=headers) as answer:
            assert answer.status == 403
    headers = {"x-csrf-token": header, "Cookie": f"_streamlit_csrf={cookie}"}
    pid = lab.state()["replicas"][0]["pid"]
    async with anonymous.post(RESUME, headers=headers) as answer:
        assert answer.status == 204
    # Awake already: nothing happens.
    assert lab.state()["replicas"][0]["pid"] == pid


async def test_an_app_whose_process_is_starting_answers_503(
    lab: LabProcess, anonymous: aiohttp.ClientSession
) -> None:
    os.kill(lab.state()["replicas"][0]["pid"], signal.SIGKILL)
    await until_status(anonymous, HEALTH, 503)
    phases = set()
    while await status_of(anonymous, HEALTH) == 503:
        phases.add(await phase_of(anonymous))
    assert 6 in phases
    assert await phase_of(anonymous) == 5


async def test_a_session_whose_process_dies_ends(lab: LabProcess, anonymous: aiohttp.ClientSession) -> None:
    async with visiting(lab.url) as visit:
        await visit.look()
        os.kill(lab.state()["replicas"][0]["pid"], signal.SIGKILL)
        assert await visit.ended() is None
    await until_status(anonymous, HEALTH, 200)  # the next one is there, for whoever comes then


async def test_a_foreign_origin_is_refused_by_streamlit(anonymous: aiohttp.ClientSession) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await anonymous.ws_connect("/~/+/_stcore/stream", origin="https://elsewhere.example")


@pytest.mark.parametrize("server", ["url", "control"])
def test_only_the_loopback_address_is_served(lab: LabProcess, server: str) -> None:
    port = urlsplit(getattr(lab, server)).port
    # Linux routes all of 127/8 to itself: a server on 0.0.0.0 would answer at this address.
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=1)
