"""What GitHub is told of an outcome: what is wished for, each by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from freshboot.github.client import GitHub
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Verdict
from freshboot.tell.on_github import tell_github
from tests.github.fake import Fake
from tests.tell.outcomes import EXPECTED, down, proven, saying, stale

ALL = ("issue", "status", "deployment")
APP, RUN = "https://budget.example", "https://github.com/acme/demo/actions/runs/1"
COMMIT = EXPECTED.commit


async def tell(github: GitHub, outcome: Outcome, wishes: tuple[str, ...] = ALL) -> list[str]:
    return await tell_github(
        outcome, github, wishes, environment="live", run_url=RUN, app_url=APP, branch="main"
    )


def ended(verdict: Verdict, exit_code: int = 3) -> Outcome:
    told = proven()
    return replace(told, judgement=replace(told.judgement, verdict=verdict, exit_code=exit_code))


@pytest.mark.parametrize(
    ("outcome", "status", "deployment"),
    [
        (proven(), "success", "success"),
        (ended(Verdict.SUPERSEDED, 0), "success", "inactive"),
        (stale(), "failure", "failure"),
        (ended(Verdict.CODE, 4), "failure", "failure"),
        (ended(Verdict.SEEN), "error", "error"),
        (ended(Verdict.SEEN, 0), "success", "success"),
        (down("no answer"), "error", "error"),
    ],
)
async def test_status_and_deployment_say_how_it_ended(
    fake: Fake, github: GitHub, outcome: Outcome, status: str, deployment: str
) -> None:
    assert await tell(github, outcome) == []
    store = fake.store()
    assert [one["state"] for one in store.statuses[COMMIT]] == [status]
    (made,) = store.deployments
    assert [one["state"] for one in store.deployment_statuses[made["id"]]] == ["in_progress", deployment]
    assert made["environment"] == "live"


async def test_an_incident_is_opened_and_closed_by_the_next_proof(fake: Fake, github: GitHub) -> None:
    await tell(github, stale())
    assert len(fake.store().open_issues()) == 1
    await tell(github, proven())
    assert fake.store().open_issues() == []
    assert "holds exactly commit" in fake.store().said(1)[-1]


@pytest.mark.parametrize("verdict", [Verdict.SEEN, Verdict.UNPROVEN])
async def test_what_is_not_known_opens_and_closes_nothing(
    fake: Fake, github: GitHub, verdict: Verdict
) -> None:
    await tell(github, ended(verdict), ("issue",))
    assert fake.asked() == []
    await tell(github, stale())
    await tell(github, ended(verdict, 0))
    assert len(fake.store().open_issues()) == 1


async def test_a_rerun_changes_nothing(fake: Fake, github: GitHub) -> None:
    await tell(github, stale())
    fake.calls.clear()
    await tell(github, stale())
    assert [one for one in fake.asked() if not one.startswith("GET")] == [f"POST statuses/{COMMIT}"]


@pytest.mark.parametrize("wish", ALL)
async def test_only_what_is_wished_for_is_told(fake: Fake, github: GitHub, wish: str) -> None:
    await tell(github, stale(), (wish,))
    store = fake.store()
    told = {"issue": store.issues, "status": store.statuses, "deployment": store.deployments}
    assert [name for name, found in told.items() if found] == [wish]


@pytest.mark.parametrize(
    ("wish", "path", "line"),
    [
        ("issue", "/issues", "`issues: write`"),
        ("status", "/statuses/a", "`statuses: write`"),
        ("deployment", "/deployments", "`deployments: write`"),
    ],
)
@pytest.mark.parametrize("status", [403, 404])
async def test_a_missing_permission_is_named_and_the_rest_is_told(
    fake: Fake, github: GitHub, wish: str, path: str, line: str, status: int
) -> None:
    fake.fails(path, status=status, times=0, message="Resource not accessible by integration")
    (warned,) = await tell(github, stale())
    assert wish in warned
    assert f"{line} under the job's `permissions:`" in warned
    store = fake.store()
    told = {"issue": store.issues, "status": store.statuses, "deployment": store.deployments}
    assert [name for name, found in told.items() if not found] == [wish]


@pytest.mark.parametrize("how", [{"status": 401}, {"status": 422}, {"status": 429}, {"status": 502}])
async def test_a_github_that_does_nothing_is_warned_of(
    fake: Fake, github: GitHub, how: dict[str, int]
) -> None:
    fake.fails(times=0, message="no\n::error::x\x1b[2J", **how)
    warned = await tell(github, stale())
    assert len(warned) == 3
    assert all(one.isprintable() and " ::" not in one for one in warned)


async def test_patience_has_an_end(fake: Fake, github: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freshboot.tell.on_github._PATIENCE", 0.2)
    fake.fails("issues", status=0, times=0)
    assert await tell(github, stale(), ("issue",)) == [
        "GitHub was not told everything (issue): it took more than 0.2 s"
    ]


async def test_a_fault_of_ours_is_a_warning_too(github: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("number")

    monkeypatch.setattr("freshboot.tell.on_github.incident", broken)
    (warned,) = await tell(github, stale(), ("issue",))
    assert "a fault of freshboot, KeyError" in warned


@pytest.mark.parametrize("make", [stale, lambda text: saying(Verdict.CODE, text)])
async def test_github_takes_whatever_an_app_says(
    fake: Fake, github: GitHub, make: Callable[[str], Outcome]
) -> None:
    for text in (
        "\ud800 \x00 " + "\N{PILE OF POO}" * 9000,
        "<!-- -->" * 9000,
        "-->\n<!-- freshboot-attempt: 0 -->",
    ):
        assert await tell(github, make(text)) == []
    (issue,) = fake.store().issues
    assert issue["body"].count("<!--") == 1
