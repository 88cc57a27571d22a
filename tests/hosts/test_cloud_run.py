"""Cloud Run, with the official client itself, against a stand-in that speaks the official protocol."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent import futures
from typing import Any

import aiohttp
import grpc  # type: ignore[import-untyped]
import pytest
from google.cloud import run_v2

from freshboot.hosts.address import Address
from freshboot.hosts.cloud_run import CloudRun
from freshboot.hosts.host import State
from freshboot.hosts.http import BODY_BYTES
from tests.hosts.asked import COMMIT, OLD

NAME = "projects/123456789/locations/europe-west1/services/budget"
NOBODY_THERE = Address.parse("http://127.0.0.1:9")
SERVING, CANDIDATE = "budget-00002-abc", "budget-00003-def"


def traffic(*shares: tuple[str, int]) -> list[Any]:
    return [run_v2.TrafficTargetStatus(revision=name, percent=percent) for name, percent in shares]


def service(*shares: tuple[str, int], state: str = "CONDITION_SUCCEEDED") -> Any:
    return run_v2.Service(
        name=NAME,
        latest_ready_revision=f"{NAME}/revisions/{CANDIDATE}",
        traffic_statuses=traffic(*(shares or ((SERVING, 100),))),
        terminal_condition=run_v2.Condition(type_="Ready", state=state, message="\x1b[31m" * 9),
    )


class Google(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Answers the two calls in use, and keeps what was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.port = 0
        self.answers: dict[str, Any] = {
            "Services/GetService": service(),
            "Revisions/GetRevision": run_v2.Revision(labels={"commit-sha": OLD}),
        }

    def service(self, call: Any) -> Any:
        name = call.method.removeprefix("/google.cloud.run.v2.")
        requests: dict[str, Any] = {
            "Services/GetService": run_v2.GetServiceRequest,
            "Revisions/GetRevision": run_v2.GetRevisionRequest,
        }

        def answer(request: Any, _context: object) -> Any:
            self.asked.append(request.name)
            return self.answers[name]

        return grpc.unary_unary_rpc_method_handler(
            answer,
            request_deserializer=requests[name].deserialize,
            response_serializer=lambda value: type(value).serialize(value),
        )


@pytest.fixture
def google() -> Iterator[Google]:
    stand_in = Google()
    server = grpc.server(futures.ThreadPoolExecutor(2), handlers=(stand_in,))
    stand_in.port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield stand_in
    server.stop(None)


def app(http: Any, google: Google) -> CloudRun:
    host = CloudRun(http, NOBODY_THERE, NAME, {"GOOGLE_APPLICATION_CREDENTIALS": "/nowhere.json"})
    limit = [("grpc.max_receive_message_length", BODY_BYTES)]
    address = f"127.0.0.1:{google.port}"
    host.channel = lambda _api: grpc.insecure_channel(address, options=limit)
    return host


async def test_tells_the_commit_of_the_revision_that_has_the_traffic(
    http: aiohttp.ClientSession, google: Google
) -> None:
    assert await app(http, google).commit() == OLD
    assert google.asked == [NAME, f"{NAME}/revisions/{SERVING}"]


async def test_the_variable_that_our_workflow_sets_tells_it_as_well(
    http: aiohttp.ClientSession, google: Google
) -> None:
    container = run_v2.Container(env=[run_v2.EnvVar(name="GIT_COMMIT", value=COMMIT)])
    google.answers["Revisions/GetRevision"] = run_v2.Revision(containers=[container])
    assert await app(http, google).commit() == COMMIT


@pytest.mark.parametrize(
    "revision",
    [
        run_v2.Revision(),
        run_v2.Revision(labels={"commit-sha": "main"}),
        run_v2.Revision(labels={"commit-sha": "\x1b"}),
    ],
)
async def test_a_revision_that_was_not_given_a_commit_tells_none(
    revision: Any, http: aiohttp.ClientSession, google: Google
) -> None:
    google.answers["Revisions/GetRevision"] = revision
    assert await app(http, google).commit() == ""


async def test_two_revisions_that_share_the_traffic_tell_no_commit(
    http: aiohttp.ClientSession, google: Google
) -> None:
    google.answers["Services/GetService"] = service((SERVING, 90), (CANDIDATE, 10))
    assert await app(http, google).commit() == ""


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        ("CONDITION_SUCCEEDED", State.DOWN),
        ("CONDITION_FAILED", State.ERROR),
        ("CONDITION_RECONCILING", State.STARTING),
    ],
)
async def test_the_service_s_condition_tells_how_it_is_and_its_message_is_not_shown(
    state: str, seen: State, http: aiohttp.ClientSession, google: Google
) -> None:
    google.answers["Services/GetService"] = service(state=state)
    condition = await app(http, google).condition()
    assert condition.state is seen
    assert condition.detail.isprintable()


async def test_an_answer_that_is_too_large_says_nothing(http: aiohttp.ClientSession, google: Google) -> None:
    google.answers["Revisions/GetRevision"] = run_v2.Revision(
        labels={"commit-sha": OLD, "x": "y" * BODY_BYTES}
    )
    assert await app(http, google).commit() == ""


async def test_credentials_that_cannot_be_read_say_nothing(
    http: aiohttp.ClientSession, google: Google
) -> None:
    host = app(http, google)
    host.channel = None
    assert await host.commit() == ""
    assert google.asked == []


async def test_without_credentials_or_client_nothing_is_asked(
    http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert CloudRun(http, NOBODY_THERE, NAME, {}).lacks == "the token GOOGLE_APPLICATION_CREDENTIALS"
    monkeypatch.setattr("freshboot.hosts.cloud_run.is_installed", lambda _module: False)
    host = CloudRun(http, NOBODY_THERE, NAME, {"GOOGLE_APPLICATION_CREDENTIALS": "/nowhere.json"})
    assert host.lacks == "pip install 'freshboot[cloud-run]'"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://budget-123456789.europe-west1.run.app", NAME),
        (
            "https://my-budget-123456789.us-central1.run.app",
            "projects/123456789/locations/us-central1/services/my-budget",
        ),
        ("https://budget-abcdefghij-ew.a.run.app", ""),
    ],
)
def test_the_newer_addresses_tell_the_service_s_name(url: str, name: str) -> None:
    assert CloudRun(None, Address.parse(url), environment={}).service == name  # type: ignore[arg-type]
