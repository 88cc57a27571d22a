"""A wait at a host that tells its commit, and the host's own rebuild, against a stand-in for Render."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from freshboot.commands.waiting import attempts_of
from freshboot.config import Config
from freshboot.hosts.host import HostRefused
from freshboot.hosts.render import Render
from freshboot.judge.causes import Cause
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Verdict
from freshboot.judge.words import next_steps
from freshboot.remedies import CannotRemedy, named
from freshboot.repository.repository import Repository
from freshboot.rollout import run
from freshboot.rollout.attempts import Attempts, with_action
from freshboot.rollout.expectation import releases
from freshboot.rollout.publish import Request
from tests.gitrepo import commit, git, head
from tests.hosts.asked import TOKEN, StandIn, standing_in
from tests.rollout.publishing import NOON

pytestmark = pytest.mark.usefixtures("isolated")

SERVICE = "srv-c9fnk5e1a2b3"
DEPLOYS = f"/services/{SERVICE}/deploys"
CONFIG = Config(url="http://127.0.0.1:9", host="render", service=SERVICE, timeout=1.5, grace=0.5, settle=0.2)


def live(commit_id: str) -> list[dict[str, object]]:
    deploy = {"id": "dep-1", "status": "live", "commit": {"id": commit_id}}
    return [{"cursor": "c", "deploy": deploy}]


@pytest.fixture
async def render(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StandIn]:
    monkeypatch.setenv("RENDER_API_KEY", TOKEN)
    async with standing_in({}) as stand_in:
        monkeypatch.setattr(Render, "api", stand_in.url)
        yield stand_in


async def confirmed(folder: Path) -> tuple[Outcome, list[str]]:
    repository, told = Repository.open(str(folder)), list[str]()
    expected = releases(repository, repository.head, "main", CONFIG)
    return await run.confirm(CONFIG, expected, lambda _at, words: told.append(words)), told


async def test_a_host_that_runs_an_earlier_commit_names_the_cause(folder: Path, render: StandIn) -> None:
    old = head(folder)
    commit(folder, {"notes.txt": "new"})
    git(folder, "push", "--quiet", "origin", "main")
    render.answers["GET", DEPLOYS] = 200, live(old)
    outcome, told = await confirmed(folder)
    assert outcome.judgement.verdict is Verdict.UNPROVEN
    assert Cause.NOT_APPLIED in outcome.judgement.causes
    assert f"the host says that it runs commit {old[:7]}, 1 behind the release" in told
    steps = next_steps(outcome.judgement, outcome.expected)
    assert "In the service's page: Manual Deploy, Clear build cache & deploy." in steps
    assert not any(TOKEN in one for one in (*told, *steps))


async def test_a_deploy_that_failed_after_its_build_is_told_and_is_no_failed_build(
    folder: Path, render: StandIn
) -> None:
    old = head(folder)
    new = commit(folder, {"notes.txt": "new"})
    git(folder, "push", "--quiet", "origin", "main")
    failed = {"id": "dep-2", "status": "update_failed", "commit": {"id": new}}
    render.answers["GET", DEPLOYS] = 200, [{"cursor": "c", "deploy": failed}, *live(old)]
    outcome, told = await confirmed(folder)
    assert Cause.NOT_APPLIED in outcome.judgement.causes
    assert Cause.BUILD_FAILED not in outcome.judgement.causes
    assert any(words.endswith("1 behind the release; render says update_failed") for words in told)


async def test_a_host_that_says_to_run_the_release_proves_nothing(folder: Path, render: StandIn) -> None:
    render.answers["GET", DEPLOYS] = 200, live(head(folder))
    outcome, told = await confirmed(folder)
    assert outcome.judgement.verdict is Verdict.UNPROVEN
    assert outcome.judgement.causes == (Cause.DOWN,)
    assert any(words.endswith("the release") for words in told)


async def test_without_a_token_it_says_what_is_missing(
    folder: Path, render: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RENDER_API_KEY")
    _, told = await confirmed(folder)
    assert "render could tell more with the token RENDER_API_KEY" in told
    assert render.requests == []


async def test_a_deploy_that_is_under_way_is_told_and_waited_for(folder: Path, render: StandIn) -> None:
    building = {"cursor": "c", "deploy": {"id": "dep-2", "status": "build_in_progress"}}
    render.answers["GET", DEPLOYS] = 200, [building, *live("f" * 40)]
    outcome, told = await confirmed(folder)
    assert "render says that a deploy is under way" in told
    assert Cause.NOT_APPLIED not in outcome.judgement.causes


async def test_a_token_that_the_host_refuses_is_told(folder: Path, render: StandIn) -> None:
    render.answers["GET", DEPLOYS] = 401, {"message": TOKEN}
    _, told = await confirmed(folder)
    assert [words for words in told if words.startswith("render was asked in vain: ")]
    assert not any(TOKEN in words for words in told)


@pytest.fixture
def attempts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Attempts:
    monkeypatch.setenv("RENDER_API_KEY", TOKEN)
    return attempts_of(Repository.open(folder), CONFIG, Request(lambda: NOON))


def test_rebuild_is_the_host_s_own_where_it_has_a_call(
    attempts: Attempts, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered: list[tuple[str | None, str]] = []

    async def rebuild(config: Config, commit_id: str) -> None:
        ordered.append((config.service, commit_id))

    monkeypatch.setattr(run, "rebuild", rebuild)
    action = attempts.action(named("rebuild"), None)
    assert action.does == f"have the host deploy {SERVICE} with its build cache cleared"
    assert action.marks == ()
    attempts.do(named("rebuild"), action)
    assert ordered == [(SERVICE, head(folder))]
    waits, _ = with_action(attempts.config, attempts.request, named("rebuild"), action)
    assert waits.grace == waits.timeout
    assert attempts.pushes(action) == []


async def test_the_order_reaches_the_host_with_the_release(render: StandIn) -> None:
    render.answers["POST", DEPLOYS] = 202, None
    await run.rebuild(CONFIG, "a" * 40)
    assert [one.body for one in render.requests] == [{"clearCache": "clear", "commitId": "a" * 40}]


def test_without_what_the_call_takes_rebuild_stamps_and_says_so(
    attempts: Attempts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RENDER_API_KEY")
    action = attempts.action(named("rebuild"), None)
    assert "requirements.txt" in action.marks
    assert action.expect.endswith("with the token RENDER_API_KEY it could be told to")


def test_a_rebuild_that_the_host_refuses_leaves_the_next_remedy_its_turn(
    attempts: Attempts, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_config: Config, _commit: str) -> None:
        raise HostRefused("no", "ask again")

    monkeypatch.setattr(run, "rebuild", refuse)
    with pytest.raises(CannotRemedy, match="no"):
        attempts.do(named("rebuild"), attempts.action(named("rebuild"), None))
