"""Spaces, with the official client itself, against a stand-in for the Hub."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from freshboot.hosts.address import Address
from freshboot.hosts.host import HostRefused, State
from freshboot.hosts.huggingface import HuggingFace
from tests.hosts.asked import COMMIT, HOSTILE, TOKEN, StandIn, standing_in

RUNTIME = ("GET", "/api/spaces/ada/budget/runtime")
RESTART = ("POST", "/api/spaces/ada/budget/restart")
RUNNING = {"stage": "RUNNING", "sha": COMMIT, "hardware": {"current": "cpu-basic"}}
NOBODY_THERE = Address.parse("http://127.0.0.1:9")


def space(
    http: Any, stand_in: StandIn | None, token: str = TOKEN, service: str = "ada/budget"
) -> HuggingFace:
    host = HuggingFace(http, NOBODY_THERE, service, {"HF_TOKEN": token} if token else {})
    host.api = stand_in.url if stand_in else "http://127.0.0.1:9"
    return host


async def test_tells_the_commit_of_the_runtime(http: aiohttp.ClientSession) -> None:
    async with standing_in({RUNTIME: (200, RUNNING)}) as hub:
        assert await space(http, hub).commit() == COMMIT
    assert [one.headers["authorization"] for one in hub.requests] == [f"Bearer {TOKEN}"]


async def test_a_public_space_is_asked_without_a_token_and_without_one_from_the_home_folder(
    http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_of-somebody-else")
    async with standing_in({RUNTIME: (200, RUNNING)}) as hub:
        assert await space(http, hub, token="").commit() == COMMIT
    assert "authorization" not in hub.requests[0].headers


async def test_who_asks_at_once_gets_one_answer(http: aiohttp.ClientSession) -> None:
    async with standing_in({RUNTIME: (200, {**RUNNING, "stage": "BUILD_ERROR"})}) as hub:
        host = space(http, hub)
        assert list(await asyncio.gather(host.commit(), host.trouble())) == [COMMIT, "BUILD_ERROR"]
    assert len(hub.requests) == 1


@pytest.mark.parametrize(
    ("stage", "state", "trouble"),
    [
        ("BUILDING", State.STARTING, ""),
        ("SLEEPING", State.ASLEEP, ""),
        ("PAUSED", State.DOWN, ""),
        ("BUILD_ERROR", State.ERROR, "BUILD_ERROR"),
        ("CONFIG_ERROR", State.ERROR, "CONFIG_ERROR"),
        ("NO_APP_FILE", State.ERROR, "NO_APP_FILE"),
        ("RUNTIME_ERROR", State.ERROR, ""),
        ("RUNNING", State.DOWN, ""),  # the health check knows better
        ("SOMETHING_NEW", State.DOWN, ""),
    ],
)
async def test_the_stage_tells_how_the_app_is(
    stage: str, state: State, trouble: str, http: aiohttp.ClientSession
) -> None:
    async with standing_in({RUNTIME: (200, {**RUNNING, "stage": stage})}) as hub:
        host = space(http, hub)
        condition = await host.condition()
        assert condition.state is state
        assert (state is State.ERROR) is condition.detail.endswith(f" ({stage})")
        assert await host.trouble(COMMIT) == trouble


async def test_a_rebuild_is_a_factory_reboot(http: aiohttp.ClientSession) -> None:
    async with standing_in({RESTART: (200, {**RUNNING, "stage": "BUILDING"})}) as hub:
        host = space(http, hub)
        assert host.rebuilding.does == "restart ada/budget with a factory reboot"
        await host.rebuild(COMMIT)
    (request,) = hub.requests
    assert (request.method, request.path, request.query) == (*RESTART, {"factory": "true"})
    assert request.headers["authorization"] == f"Bearer {TOKEN}"


async def test_a_rebuild_that_is_refused_says_so_without_the_token(http: aiohttp.ClientSession) -> None:
    async with standing_in({RESTART: (403, {"error": f"no, {TOKEN}"})}) as hub:
        with pytest.raises(HostRefused) as caught:
            await space(http, hub).rebuild(COMMIT)
    assert TOKEN not in f"{caught.value} {caught.value.remedy}"


@pytest.mark.parametrize(
    ("token", "service", "lacks"),
    [
        ("", "ada/budget", "the token HF_TOKEN"),
        (TOKEN, "", "service: OWNER/SPACE"),
        ("a\nb", "ada/budget", "HF_TOKEN"),
    ],
)
async def test_without_what_it_takes_no_rebuild_is_ordered(
    token: str, service: str, lacks: str, http: Any
) -> None:
    async with standing_in({RESTART: (200, RUNNING)}) as hub:
        host = space(http, hub, token, service)
        assert host.rebuilding.does == ""
        assert lacks in host.rebuilding.lacks
        with pytest.raises(HostRefused, match="cannot be restarted"):
            await host.rebuild(COMMIT)
    assert hub.requests == []


async def test_without_the_client_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, http: Any) -> None:
    monkeypatch.setattr("freshboot.hosts.huggingface.is_installed", lambda _module: False)
    host = space(http, None)
    assert host.rebuilding.lacks == "pip install 'freshboot[huggingface]'"
    with pytest.raises(HostRefused) as caught:
        await host.rebuild(COMMIT)
    assert "freshboot[huggingface]" in caught.value.remedy
    assert await host.commit() == ""


@pytest.mark.parametrize("answer", HOSTILE)
async def test_a_hostile_answer_says_nothing(answer: str, http: aiohttp.ClientSession) -> None:
    async with standing_in({RUNTIME: HOSTILE[answer]}) as hub:
        host = space(http, hub)
        assert await host.commit() == ""
        assert await host.trouble() == ""
        assert (await host.condition()).state is State.DOWN
    assert all(one.path == RUNTIME[1] for one in hub.requests)


@pytest.mark.parametrize(
    ("url", "app", "service"),
    [
        (
            "https://huggingface.co/spaces/Ada/My_Budget.app",
            "https://ada-my-budget-app.hf.space",
            "Ada/My_Budget.app",
        ),
        ("https://huggingface.co/spaces/ada/budget/tree/main", "https://ada-budget.hf.space", "ada/budget"),
        ("https://ada-budget.hf.space", "https://ada-budget.hf.space", ""),
    ],
)
def test_the_page_of_a_space_leads_to_the_app(url: str, app: str, service: str) -> None:
    host = HuggingFace(None, Address.parse(url), environment={})  # type: ignore[arg-type]
    assert (host.address.url, host.service) == (app, service)
    assert HuggingFace.claims(Address.parse(url))
