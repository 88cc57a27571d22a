"""How a rollout mends: with whatever may be applied yet, until a remedy waits for somebody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from freshboot.commands.waiting import attempts_of, mend
from freshboot.config import Config
from freshboot.judge.causes import Cause
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Judgement, Verdict
from freshboot.remedies import Remedy, named
from freshboot.repository.errors import DivergedError, LostRaceError
from freshboot.repository.publishing import Kind
from freshboot.repository.repository import Repository
from freshboot.rollout.attempts import Attempts, NothingToConfirm
from freshboot.rollout.publish import Request, publish_stamp
from tests.gitrepo import commit, git, head
from tests.rollout.publishing import NOON
from tests.tell.outcomes import EXPECTED

pytestmark = pytest.mark.usefixtures("isolated")


def stale(words: str) -> Outcome:
    judgement = Judgement(Verdict.STALE, (Cause.STALE_MODULES,), True, exit_code=1)
    return Outcome(judgement, EXPECTED, ((1.0, words),), 1, None, None)


@pytest.fixture
def attempts(folder: Path) -> Attempts:
    config = Config(url="http://127.0.0.1:9", remedies=("witness", "heal", "nudge", "rebuild"))
    return attempts_of(Repository.open(folder), config, Request(lambda: NOON))


def test_a_remedy_that_waits_in_a_pull_request_leaves_the_verdict_before_it(
    attempts: Attempts, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied = []

    def apply(remedy: Remedy, _before: Outcome | None) -> Outcome:
        applied.append(remedy.name)
        if remedy.name == "rebuild":
            raise NothingToConfirm
        return stale("nudged")

    monkeypatch.setattr(attempts, "apply", apply)
    ended = mend(attempts, stale("asked"))
    assert applied == ["nudge", "rebuild"]
    assert [words for _, words in ended.timeline] == ["asked", "nudged"]


@pytest.mark.parametrize(("witness", "first"), [(True, "nudge"), (False, "witness")])
def test_what_every_wait_does_is_not_applied_once_more(
    attempts: Attempts, monkeypatch: pytest.MonkeyPatch, witness: bool, first: str
) -> None:
    attempts.config = Config(remedies=attempts.config.remedies, witness=witness)
    applied = []

    def apply(remedy: Remedy, _before: Outcome | None) -> Outcome:
        applied.append(remedy.name)
        return stale("again")

    monkeypatch.setattr(attempts, "apply", apply)
    mend(attempts, stale("asked"))
    assert applied[0] == first
    assert "heal" not in applied


def test_what_another_run_has_tried_is_not_applied(
    attempts: Attempts, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied = []

    def apply(remedy: Remedy, _before: Outcome | None) -> Outcome:
        applied.append(remedy.name)
        return stale("again")

    monkeypatch.setattr(attempts, "apply", apply)
    monkeypatch.setattr(attempts, "tried", lambda _outcome: {"nudge"})
    mend(attempts, stale("asked"))
    assert applied == ["rebuild"]


def test_a_new_branch_is_pushed_from_what_the_remote_holds_and_not_from_what_is_here(
    attempts: Attempts, folder: Path
) -> None:
    pushed = head(folder)
    commit(folder, {"notes.txt": "not pushed yet\n"})
    action = attempts.action(named("branch"), None)
    assert action.release == pushed
    assert attempts.pushes(action) == [f"git push origin {pushed}:refs/heads/{action.branch}"]


def test_a_branch_that_is_there_with_another_commit_is_not_waited_for(
    attempts: Attempts, folder: Path
) -> None:
    action = attempts.action(named("branch"), None)
    commit(folder, {"notes.txt": "somebody else's\n"})
    git(folder, "push", "--quiet", "origin", f"HEAD:refs/heads/{action.branch}")
    with pytest.raises(LostRaceError):
        attempts.do(named("branch"), action)


def test_a_stamp_that_the_remote_has_lost_is_not_waited_for(attempts: Attempts, folder: Path) -> None:
    before = head(folder)
    done = publish_stamp(attempts.repository, attempts.config, attempts.request)
    git(folder, "push", "--quiet", "--force", "origin", f"{before}:main")
    with pytest.raises(DivergedError):
        attempts._caught_up(replace(done, kind=Kind.NOTHING))
