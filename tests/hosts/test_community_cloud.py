from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web

from freshboot.hosts.address import Address
from freshboot.hosts.community_cloud import CommunityCloud, is_status, read, read_tracked
from freshboot.hosts.host import Condition, State, Tracked
from tests.hosts.servers import host, says, tells

HEALTH = "/~/+/_stcore/health"
STATUS = "/api/v2/app/status"
RESUME = "/api/v2/app/resume"
DISAMBIGUATE = "/api/v2/app/disambiguate"
SHELL = says("<!doctype html>", kind="text/html")

RUNNING = {"status": 5, "platformStatus": 0, "viewerAuthEnabled": False, "streamlitVersion": "1.67.0"}
ASLEEP = {**RUNNING, "status": 12}


def test_the_app_lies_under_its_own_path_and_is_asked_securely() -> None:
    given = Address.parse("http://budget.streamlit.app/Report?embed=true")
    address = CommunityCloud(None, given).address  # type: ignore[arg-type]
    assert address.websocket == "wss://budget.streamlit.app/~/+/_stcore/stream"
    assert address.health == "https://budget.streamlit.app/~/+/_stcore/health"
    assert address.sleeps


def test_elsewhere_the_scheme_is_the_persons() -> None:
    given = Address.parse("http://127.0.0.1:8501")
    address = CommunityCloud(None, given).address  # type: ignore[arg-type]
    assert address.websocket == "ws://127.0.0.1:8501/~/+/_stcore/stream"


async def test_an_app_that_says_ok_is_awake_whatever_else_is_said(http: aiohttp.ClientSession) -> None:
    async with host({HEALTH: says("ok"), STATUS: tells(ASLEEP)}, SHELL) as address:
        assert await CommunityCloud(http, address).condition() == Condition(State.AWAKE)


async def test_a_sleeping_app_is_asleep(http: aiohttp.ClientSession) -> None:
    async with host({HEALTH: says(status=400), STATUS: tells(ASLEEP)}, SHELL) as address:
        condition = await CommunityCloud(http, address).condition()
    assert condition == Condition(State.ASLEEP, "the host put the app to sleep")


async def test_a_host_whose_own_status_call_fails_is_out_of_order(http: aiohttp.ClientSession) -> None:
    broken = says(status=503)
    async with host({HEALTH: broken, STATUS: broken}, broken) as address:
        assert (await CommunityCloud(http, address).condition()).state is State.PLATFORM


async def test_the_host_tells_of_a_failed_build_though_the_old_version_goes_on(
    http: aiohttp.ClientSession,
) -> None:
    async with host({HEALTH: says("ok"), STATUS: tells({**RUNNING, "status": 13})}, SHELL) as address:
        assert await CommunityCloud(http, address).trouble() == "INSTALLER_ERROR"
    async with host({HEALTH: says("ok"), STATUS: tells(RUNNING)}, SHELL) as address:
        assert await CommunityCloud(http, address).trouble() == ""


async def test_a_shell_page_is_no_health(http: aiohttp.ClientSession) -> None:
    async with host({STATUS: tells(RUNNING)}, SHELL) as address:
        condition = await CommunityCloud(http, address).condition()
    assert condition.state is State.UNKNOWN
    assert condition.detail == "the app's health check answers HTTP 200, its status is RUNNING"


async def test_a_host_that_is_gone_is_down(http: aiohttp.ClientSession) -> None:
    async with host({}) as address:
        pass
    assert (await CommunityCloud(http, address).condition()).state is State.DOWN


@pytest.mark.parametrize(
    ("health", "status", "condition"),
    [
        (400, {}, Condition(State.ASLEEP, "the host put the app to sleep")),
        (503, {}, Condition(State.STARTING)),
        (503, {"status": 4}, Condition(State.STARTING, "INSTALLING")),
        (404, {"status": 12}, Condition(State.ASLEEP, "IS_SHUTDOWN")),
        (404, {"status": 7}, Condition(State.STARTING, "REBOOTING")),
        (404, {"status": 9}, Condition(State.DOWN, "DELETED")),
        (400, {"status": 13}, Condition(State.ERROR, "INSTALLER_ERROR")),
        (503, {"status": 11}, Condition(State.PLATFORM, "PLATFORM_ERROR")),
        (503, {"status": 14}, Condition(State.ERROR, "USER_SCRIPT_ERROR")),
        (303, {"status": 5, "viewerAuthEnabled": True}, Condition(State.PRIVATE, "its viewers must sign in")),
        (403, {}, Condition(State.PRIVATE, "its viewers must sign in")),
        (502, {"status": 5}, Condition(State.DOWN, "the host is there, but the app is not (HTTP 502)")),
    ],
)
def test_what_health_and_status_mean_together(
    health: int, status: Mapping[str, Any], condition: Condition
) -> None:
    assert read(health, status) == condition


@pytest.mark.parametrize("code", ["5", None, True, 5.0, -1, 99, [], {"status": 5}, 10**400])
def test_a_code_of_a_wrong_shape_says_nothing(code: object) -> None:
    assert read(404, {"status": code}).state is State.UNKNOWN
    assert not is_status({"status": code, "viewerAuthEnabled": False})


@pytest.mark.parametrize("body", ["null", "[]", '"12"', "{", "{}", "[" * 50_000])
async def test_a_status_of_a_wrong_shape_never_breaks_it(body: str, http: aiohttp.ClientSession) -> None:
    broken = says(body, kind="application/json")
    async with host({HEALTH: says(status=404), STATUS: broken, DISAMBIGUATE: broken}) as address:
        cloud = CommunityCloud(http, address)
        assert (await cloud.condition()).state is State.UNKNOWN
        assert await cloud.tracked() is None
        assert await cloud.wake() is False


class Waking:
    """A host that is woken with a cookie and a header, which differ from answer to answer."""

    def __init__(self) -> None:
        self.asked = 0
        self.woken = False

    def status(self, _request: web.Request) -> web.Response:
        self.asked += 1
        response = web.json_response(ASLEEP, headers={"X-CSRF-Token": f"header-{self.asked}"})
        response.set_cookie("_streamlit_csrf", f"cookie-{self.asked}")
        return response

    def resume(self, request: web.Request) -> web.Response:
        cookie, header = request.cookies.get("_streamlit_csrf", ""), request.headers.get("x-csrf-token", "")
        belong_together = (cookie, header) == (f"cookie-{self.asked}", f"header-{self.asked}")
        self.woken = request.method == "POST" and belong_together and request.content_length in (None, 0)
        return web.Response(status=204 if self.woken else 403)


async def test_wakes_with_cookie_and_header_of_one_answer(http: aiohttp.ClientSession) -> None:
    waking = Waking()
    async with host({STATUS: waking.status, RESUME: waking.resume}) as address:
        assert await CommunityCloud(http, address).wake() is True
        assert await CommunityCloud(http, address).wake() is True
    assert waking.woken
    assert waking.asked == 2


@pytest.mark.parametrize("status", [200, 303, 403, 429, 500])
async def test_an_order_that_is_not_taken_is_told(status: int, http: aiohttp.ClientSession) -> None:
    waking = Waking()
    async with host({STATUS: waking.status, RESUME: says(status=status)}) as address:
        assert await CommunityCloud(http, address).wake() is False


async def test_does_not_wake_without_both_tokens(http: aiohttp.ClientSession) -> None:
    asked: list[str] = []

    def resume(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=204)

    async with host({STATUS: tells(ASLEEP), RESUME: resume}) as address:
        assert await CommunityCloud(http, address).wake() is False
    assert asked == []


@pytest.mark.parametrize("token", ["a;b", "a, b", 'a"b', "x" * 2000, "a\tb", "größe"])
async def test_sends_no_token_back_that_could_be_something_else(
    token: str, http: aiohttp.ClientSession
) -> None:
    asked: list[str] = []

    def status(_request: web.Request) -> web.Response:
        cookie = {"Set-Cookie": "_streamlit_csrf=cookie"}
        return web.json_response(ASLEEP, headers={"x-csrf-token": token, **cookie})

    def resume(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=204)

    async with host({STATUS: status, RESUME: resume}) as address:
        assert await CommunityCloud(http, address).wake() is False
    assert asked == []


async def test_tells_what_the_host_tracks(http: aiohttp.ClientSession) -> None:
    answer = {"owner": "ada", "repository": "budget", "branch": "main", "mainModule": "app.py", "host": "x"}
    async with host({DISAMBIGUATE: tells(answer)}) as address:
        assert await CommunityCloud(http, address).tracked() == Tracked("ada", "budget", "main", "app.py")


async def test_a_private_app_does_not_tell_what_the_host_tracks(http: aiohttp.ClientSession) -> None:
    async with host({DISAMBIGUATE: says(status=404)}) as address:
        assert await CommunityCloud(http, address).tracked() is None


@pytest.mark.parametrize("is_private", [True, False])
async def test_an_app_may_be_private_though_its_health_check_answers(
    is_private: bool, http: aiohttp.ClientSession
) -> None:
    status = {**RUNNING, "viewerAuthEnabled": is_private}
    async with host({HEALTH: says("ok"), STATUS: tells(status)}, SHELL) as address:
        cloud = CommunityCloud(http, address)
        assert (await cloud.condition()).state is State.AWAKE
        assert await cloud.private() is is_private


@pytest.mark.parametrize("status", [says(status=500), says("<html>"), tells({"viewerAuthEnabled": "yes"})])
async def test_a_status_that_does_not_tell_is_no_private_app(
    status: Any, http: aiohttp.ClientSession
) -> None:
    async with host({STATUS: status}) as address:
        assert await CommunityCloud(http, address).private() is False
    assert await CommunityCloud(http, address).private() is False


@pytest.mark.parametrize("branch", [None, 5, "", "main\x1b[31m", "x" * 5000])
def test_half_of_what_is_tracked_is_nothing(branch: object) -> None:
    answer = {"owner": "ada", "repository": "budget", "branch": branch, "mainModule": "app.py"}
    assert read_tracked(answer) is None


def test_the_deploy_link_fills_the_form_in() -> None:
    cloud = CommunityCloud(None, Address.parse("https://budget.streamlit.app"))  # type: ignore[arg-type]
    link = cloud.deploy_link(Tracked("ada", "budget", "feature/a&b", "pages/my app.py"), "budget-2")
    assert urlsplit(link)._replace(query="").geturl() == "https://share.streamlit.io/deploy"
    assert parse_qs(urlsplit(link).query) == {
        "repository": ["ada/budget"],
        "branch": ["feature/a&b"],
        "mainModule": ["pages/my app.py"],
        "subdomain": ["budget-2"],
    }


def test_the_deploy_link_leaves_out_what_is_not_known() -> None:
    cloud = CommunityCloud(None, Address.parse("https://budget.streamlit.app"))  # type: ignore[arg-type]
    assert "subdomain" not in cloud.deploy_link(Tracked("ada", "budget", "main", "app.py"))
