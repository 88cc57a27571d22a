"""Railway's GraphQL interface: the query, and what its answers mean, held to its schema."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from freshboot.hosts import railway
from freshboot.hosts.address import Address
from freshboot.hosts.host import State
from freshboot.hosts.railway import Railway
from tests.hosts.asked import COMMIT, HOSTILE, OLD, TOKEN, StandIn, standing_in

SCHEMA = json.loads((Path(__file__).parent / "described" / "railway.json").read_bytes())
SERVICE, ENVIRONMENT = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
NOBODY_THERE = Address.parse("http://127.0.0.1:9")


def deployed(*deployments: tuple[str, str, str]) -> tuple[int, Any]:
    """An answer: each deployment's time, status and commit."""
    assert {status for _, status, _ in deployments} <= set(SCHEMA["DeploymentStatus"])
    nodes = [
        {"createdAt": f"2026-11-22T{at}Z", "status": status, "meta": {"commitHash": commit}}
        for at, status, commit in deployments
    ]
    assert all(set(one) <= set(SCHEMA["Deployment"]) for one in nodes)
    return 200, {"data": {"deployments": {"edges": [{"node": one} for one in nodes]}}}


def service(http: Any, stand_in: StandIn, token: str = TOKEN) -> Railway:
    given = {"RAILWAY_API_TOKEN": token} if token else {}
    host = Railway(http, NOBODY_THERE, f"{SERVICE}/{ENVIRONMENT}", given)
    host.api = f"{stand_in.url}/graphql/v2"
    return host


async def test_tells_the_commit_of_the_deployment_that_runs(http: aiohttp.ClientSession) -> None:
    answer = deployed(
        ("10:00:00", "REMOVED", "f" * 40), ("12:00:00", "SKIPPED", OLD), ("11:00:00", "SUCCESS", COMMIT)
    )
    async with standing_in({("POST", "/graphql/v2"): answer}) as host:
        assert await service(http, host).commit() == COMMIT
    (request,) = host.requests
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.body["variables"]["input"] == {"serviceId": SERVICE, "environmentId": ENVIRONMENT}
    assert TOKEN not in json.dumps(request.body)


def test_the_query_asks_for_nothing_that_the_schema_does_not_have() -> None:
    declared = dict(re.findall(r"\$(\w+): (\w+!?)", railway._QUERY))
    published = dict(re.findall(r"\$(\w+): (\w+!?)", SCHEMA["query"]))
    assert declared.items() <= published.items()
    assert {"serviceId", "environmentId"} <= set(SCHEMA["DeploymentListInput"])
    fields = re.search(r"node \{ ([\w ]+) \}", railway._QUERY)
    assert fields is not None
    assert set(fields[1].split()) <= set(SCHEMA["Deployment"])
    assert {*railway._STATES, *railway._RUNS} <= set(SCHEMA["DeploymentStatus"])
    assert Railway.api == SCHEMA["url"]


async def test_a_failed_deployment_is_trouble_of_its_own_commit_alone(http: aiohttp.ClientSession) -> None:
    answer = deployed(("12:00:00", "FAILED", COMMIT), ("11:00:00", "SUCCESS", OLD))
    async with standing_in({("POST", "/graphql/v2"): answer}) as host:
        there = service(http, host)
        assert await there.trouble(COMMIT) == "FAILED"
        assert await there.trouble("f" * 40) == ""
        assert await there.commit() == OLD


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("BUILDING", State.STARTING),
        ("SLEEPING", State.ASLEEP),
        ("CRASHED", State.ERROR),
        ("SUCCESS", State.DOWN),
    ],
)
async def test_the_last_deployment_tells_how_the_app_is(
    status: str, state: State, http: aiohttp.ClientSession
) -> None:
    async with standing_in({("POST", "/graphql/v2"): deployed(("12:00:00", status, COMMIT))}) as host:
        assert (await service(http, host).condition()).state is state


async def test_without_a_token_nothing_is_asked(http: aiohttp.ClientSession) -> None:
    async with standing_in({}) as host:
        assert await service(http, host, token="").commit() == ""
    assert host.requests == []


@pytest.mark.parametrize("answer", HOSTILE)
async def test_a_hostile_answer_says_nothing(answer: str, http: aiohttp.ClientSession) -> None:
    async with standing_in({("POST", "/graphql/v2"): HOSTILE[answer]}) as host:
        assert await service(http, host).commit() == ""
    assert len(host.requests) == 1
