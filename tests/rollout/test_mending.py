"""How a rollout mends: with whatever may be applied yet, until a remedy waits for somebody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from freshboot.commands.waiting import attempts_of, mend
from freshboot.config import Config
from freshboot.judge.causes import Cause
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Judgement, Verdict
from freshboot.remedies import Remedy
from freshboot.repository.repository import Repository
from freshboot.rollout.attempts import Attempts, NothingToConfirm
from freshboot.rollout.publish import Request
from tests.rollout.publishing import NOON
from tests.tell.outcomes import EXPECTED

pytestmark = pytest.mark.usefixtures("isolated")


def stale(words: str) -> Outcome:
    judgement = Judgement(Verdict.STALE, (Cause.STALE_MODULES,), True, exit_code=1)
    return Outcome(judgement, EXPECTED, ((1.0, words),), 1, None, None)


@pytest.fixture
def attempts(folder: Path) -> Attempts:
    config = Config(remedies=("witness", "heal", "nudge", "rebuild"))
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
