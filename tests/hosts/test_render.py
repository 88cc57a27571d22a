"""Render, with the official client itself, against a stand-in that answers by the same description."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from render.public_api.models import CreateDeployBody, DeployWithCursor

from freshboot.hosts.address import Address
from freshboot.hosts.host import Condition, HostRefused, State
from freshboot.hosts.render import Render
from tests.hosts.asked import COMMIT, HOSTILE, OLD, TOKEN, StandIn, standing_in

SERVICE = "srv-c9fnk5e1a2b3"
DEPLOYS = f"/services/{SERVICE}/deploys"
NOBODY_THERE = Address.parse("http://127.0.0.1:9")


def deploy(status: str, commit: str = COMMIT) -> dict[str, Any]:
    """As the description says; the client's own model reads it."""
    told = {"id": f"dep-{status}", "status": status, "trigger": "new_commit"}
    listed = {"deploy": {**told, "commit": {"id": commit, "message": "x"}}, "cursor": "c"}
    assert DeployWithCursor.from_dict(listed).to_dict() == listed
    return listed


def service(host: Any, stand_in: StandIn, *, id_: str = SERVICE, token: str = TOKEN) -> Render:
    found = Render(host, NOBODY_THERE, id_, {"RENDER_API_KEY": token} if token else {})
    found.api = stand_in.url
    return found


async def test_tells_the_commit_of_the_deploy_that_is_live(http: aiohttp.ClientSession) -> None:
    deploys = [deploy("canceled"), deploy("live", OLD), deploy("deactivated", "f" * 40)]
    async with standing_in({("GET", DEPLOYS): (200, deploys)}) as render:
        assert await service(http, render).commit() == OLD
    assert {one.headers["authorization"] for one in render.requests} == {f"Bearer {TOKEN}"}


async def test_while_a_deploy_is_under_way_the_one_before_it_says_nothing(
    http: aiohttp.ClientSession,
) -> None:
    deploys = [deploy("build_in_progress"), deploy("live", OLD)]
    async with standing_in({("GET", DEPLOYS): (200, deploys)}) as render:
        host = service(http, render)
        assert await host.commit() == ""
        assert (await host.condition()).state is State.STARTING


@pytest.mark.parametrize("status", ["build_failed", "pre_deploy_failed", "update_failed"])
async def test_a_failed_deploy_is_trouble_of_its_own_commit_alone_in_the_host_s_own_word(
    status: str, http: aiohttp.ClientSession
) -> None:
    deploys = [deploy(status, COMMIT), deploy("live", OLD)]
    async with standing_in({("GET", DEPLOYS): (200, deploys)}) as render:
        host = service(http, render)
        assert await host.trouble(COMMIT) == status
        assert await host.condition() == Condition(State.ERROR, f"the last deploy failed ({status})")
        assert await host.trouble("f" * 40) == ""


async def test_a_rebuild_deploys_the_release_with_its_cache_cleared(http: aiohttp.ClientSession) -> None:
    async with standing_in({("POST", DEPLOYS): (201, deploy("created")["deploy"])}) as render:
        host = service(http, render)
        assert host.rebuilding.does == f"deploy {SERVICE} with its build cache cleared"
        await host.rebuild(COMMIT)
    (request,) = render.requests
    assert request.body == {"clearCache": "clear", "commitId": COMMIT}
    assert CreateDeployBody.from_dict(request.body).additional_properties == {}
    assert TOKEN not in request.path


@pytest.mark.parametrize("status", [400, 401, 404, 409, 429, 500])
async def test_a_rebuild_that_is_refused_says_so(status: int, http: aiohttp.ClientSession) -> None:
    async with standing_in({("POST", DEPLOYS): (status, {"id": "x", "message": TOKEN})}) as render:
        with pytest.raises(HostRefused) as caught:
            await service(http, render).rebuild(COMMIT)
    assert str(status) in caught.value.message
    assert TOKEN not in str(caught.value)


async def test_a_service_is_found_by_its_address(http: aiohttp.ClientSession) -> None:
    services = [
        found(SERVICE, "https://budget.onrender.com"),
        found("srv-other", "https://budget-1.onrender.com"),
    ]
    answers = {("GET", "/services"): (200, services), ("GET", DEPLOYS): (200, [deploy("live")])}
    async with standing_in(answers) as render:
        host = Render(http, Address.parse("https://budget.onrender.com"), "", {"RENDER_API_KEY": TOKEN})
        host.api = render.url
        assert await host.commit() == COMMIT
    assert render.requests[0].query["name"] == "budget"


async def test_a_service_that_is_not_found_by_its_address_is_asked_for(http: aiohttp.ClientSession) -> None:
    async with standing_in({("GET", "/services"): (200, [])}) as render:
        host = Render(http, Address.parse("https://budget.onrender.com"), "", {"RENDER_API_KEY": TOKEN})
        host.api = render.url
        assert await host.commit() == ""
        assert host.unanswered == "no service has this address; give service: srv-ID"


async def test_without_a_token_nothing_is_asked(http: aiohttp.ClientSession) -> None:
    async with standing_in({}) as render:
        host = service(http, render, token="")
        assert host.lacks == "the token RENDER_API_KEY"
        assert await host.commit() == ""
        with pytest.raises(HostRefused) as caught:
            await host.rebuild(COMMIT)
    assert "RENDER_API_KEY" in caught.value.remedy
    assert render.requests == []


async def test_without_the_client_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, http: Any) -> None:
    monkeypatch.setattr("freshboot.hosts.render.is_installed", lambda _module: False)
    async with standing_in({}) as render:
        assert service(http, render).rebuilding.lacks == "pip install 'freshboot[render]'"


@pytest.mark.parametrize("answer", HOSTILE)
async def test_a_hostile_answer_says_nothing(answer: str, http: aiohttp.ClientSession) -> None:
    async with standing_in({("GET", DEPLOYS): HOSTILE[answer]}) as render:
        host = service(http, render)
        assert await host.commit() == ""
        assert await host.trouble() == ""
    assert all(one.path == DEPLOYS for one in render.requests)


def found(id_: str, url: str) -> dict[str, Any]:
    """A web service as the description has it, with what the client's model does not do without."""
    plan = {
        "env": "python",
        "plan": "starter",
        "region": "oregon",
        "runtime": "python",
        "buildPlan": "starter",
    }
    specific = {"buildCommand": "", "startCommand": ""}
    details = {
        **plan,
        "envSpecificDetails": specific,
        "healthCheckPath": "",
        "numInstances": 1,
        "openPorts": [],
    }
    times = {"createdAt": "2026-05-02T00:00:00Z", "updatedAt": "2026-05-02T00:00:00Z"}
    rest = {"autoDeploy": "yes", "dashboardUrl": "", "notifyOnFail": "default", "ownerId": "o", "rootDir": ""}
    told = {**times, **rest, "id": id_, "name": "budget", "slug": "budget", "suspended": "not_suspended"}
    return {
        "cursor": "c",
        "service": {
            **told,
            "suspenders": [],
            "type": "web_service",
            "serviceDetails": {**details, "url": url},
        },
    }
