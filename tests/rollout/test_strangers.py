from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from freshboot.rollout.strangers import EVENTS, StrangersEventError, refuse_strangers, strange

DEMO = "acme/demo"


def run_of(repository: str, event: str = "push") -> dict[str, Any]:
    return {"workflow_run": {"event": event, "head_repository": {"full_name": repository}}}


@pytest.mark.parametrize("name", [one for one in EVENTS if one != "workflow_run"])
def test_the_repositorys_own_events_may_publish(name: str) -> None:
    assert strange(name, {}, DEMO) is None


@pytest.mark.parametrize(
    "name",
    [
        *("pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"),
        *("issue_comment", "issues", "discussion_comment", "fork", "watch", "merge_group", "check_run"),
        *("made up", "PUSH", "push\n", "::error::x"),
    ],
)
def test_whatever_a_stranger_can_cause_may_not(name: str) -> None:
    said = strange(name, {}, DEMO)
    assert said is not None
    assert said.isprintable()


def test_a_run_after_another_of_the_repositorys_own_may_publish() -> None:
    assert strange("workflow_run", run_of(DEMO), DEMO) is None


@pytest.mark.parametrize(
    "event",
    [
        run_of("stranger/demo"),
        run_of(DEMO, "pull_request"),
        run_of(DEMO, "pull_request_target"),
        {},
        {"workflow_run": None},
        {"workflow_run": {"event": "push"}},
        {"workflow_run": {"event": "push", "head_repository": None}},
    ],
)
def test_a_run_after_a_strangers_may_not(event: dict[str, Any]) -> None:
    assert strange("workflow_run", event, DEMO) is not None


def test_without_a_name_of_its_own_a_repository_trusts_no_run() -> None:
    assert strange("workflow_run", run_of(""), "") is not None


def test_outside_of_workflows_nothing_is_asked() -> None:
    refuse_strangers({})
    refuse_strangers({"GITHUB_EVENT_NAME": ""})


def test_the_event_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    environment = {
        "GITHUB_EVENT_NAME": "workflow_run",
        "GITHUB_EVENT_PATH": str(file),
        "GITHUB_REPOSITORY": DEMO,
    }
    file.write_text(json.dumps(run_of(DEMO)))
    refuse_strangers(environment)
    for text in (json.dumps(run_of("stranger/demo")), "no json", "[]", "[" * 100_000):
        file.write_text(text)
        with pytest.raises(StrangersEventError):
            refuse_strangers(environment)
    file.unlink()
    with pytest.raises(StrangersEventError):
        refuse_strangers(environment)


def test_the_refusal_is_one_line_with_the_way_out() -> None:
    with pytest.raises(StrangersEventError) as caught:
        refuse_strangers({"GITHUB_EVENT_NAME": "pull_request"})
    assert caught.value.exit_code == 5
    assert caught.value.message == "nothing is published for the event pull_request"
    assert "on: push" in caught.value.remedy
