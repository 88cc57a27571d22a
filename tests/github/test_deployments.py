"""The deployment of a release: one, and how it ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from freshboot.github.client import GitHub
from freshboot.github.deployments import Release, begin, finish
from freshboot.github.errors import NoPermission, Refused
from tests.github.fake import Fake

RELEASE = Release("a" * 40, "live", "key-1", "https://budget.example", "https://github.com/acme/demo/runs/1")


def states(fake: Fake, number: int) -> list[str]:
    return [one["state"] for one in fake.store().deployment_statuses.get(number, ())]


async def test_a_deployment_is_made_without_merging_and_without_waiting_for_checks(
    fake: Fake, github: GitHub
) -> None:
    number = await begin(github, RELEASE)
    (made,) = fake.store().deployments
    assert (made["id"], made["environment"], made["payload"]) == (number, "live", {"freshboot": "key-1"})
    asked = next(one.body for one in fake.calls if str(one) == "POST deployments")
    assert (asked["auto_merge"], asked["required_contexts"], asked["transient_environment"]) == (
        False,
        [],
        False,
    )
    assert states(fake, number) == ["in_progress"]


async def test_its_end_carries_the_apps_and_the_runs_address(fake: Fake, github: GitHub) -> None:
    number = await finish(github, RELEASE, "success", "proven: all is well")
    told = fake.store().deployment_statuses[number][-1]
    assert states(fake, number) == ["in_progress", "success"]
    assert told["environment_url"] == "https://budget.example"
    assert told["log_url"] == "https://github.com/acme/demo/runs/1"
    assert told["description"] == "proven: all is well"


async def test_a_release_has_one_deployment(fake: Fake, github: GitHub) -> None:
    first = await begin(github, RELEASE)
    assert await begin(github, RELEASE) == first
    assert (
        await finish(github, replace(RELEASE, run_url="https://other.example"), "failure", "stale") == first
    )
    assert len(fake.store().deployments) == 1
    assert states(fake, first) == ["in_progress", "failure"]


async def test_the_same_end_is_said_once(fake: Fake, github: GitHub) -> None:
    for _ in range(2):
        number = await finish(github, RELEASE, "success", "proven")
    assert states(fake, number) == ["in_progress", "success"]


async def test_another_end_of_another_attempt_is_said(fake: Fake, github: GitHub) -> None:
    for state in ("failure", "success"):
        number = await finish(github, RELEASE, state, state)
    assert states(fake, number) == ["in_progress", "failure", "success"]


async def test_somebody_elses_deployment_is_not_ours(fake: Fake, github: GitHub) -> None:
    for payload in ({}, "", "{", "[1]", {"freshboot": "key-2"}, None):
        body = {"ref": RELEASE.commit, "environment": "live", "auto_merge": False, "required_contexts": []}
        await github.post("deployments", body if payload is None else {**body, "payload": payload})
    assert await begin(github, RELEASE) not in {one["id"] for one in fake.store().deployments[:6]}


async def test_a_payload_may_come_back_as_a_string(fake: Fake, github: GitHub) -> None:
    number = await begin(github, RELEASE)
    fake.store().deployments[0]["payload"] = '{"freshboot": "key-1"}'
    assert await begin(github, RELEASE) == number


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("path", ["deployments$", "statuses$"])
async def test_is_made_and_told_once_whether_the_answer_or_the_question_got_lost(
    fake: Fake, github: GitHub, path: str, done: bool
) -> None:
    fake.fails(path, method="POST", done=done)
    number = await finish(github, RELEASE, "success", "proven")
    assert len(fake.store().deployments) == 1
    assert states(fake, number) == ["in_progress", "success"]


async def test_a_long_description_is_cut(fake: Fake, github: GitHub) -> None:
    number = await finish(github, RELEASE, "failure", "x" * 500)
    assert len(fake.store().deployment_statuses[number][-1]["description"]) == 140


@pytest.mark.parametrize(("status", "error"), [(403, NoPermission), (409, Refused), (422, Refused)])
async def test_what_github_does_not_let_be_is_an_error(
    fake: Fake, github: GitHub, status: int, error: type[Exception]
) -> None:
    fake.fails("deployments$", method="POST", status=status)
    with pytest.raises(error):
        await begin(github, RELEASE)
