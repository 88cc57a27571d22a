"""docs/actions.md says what the action and the workflows say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from freshboot.config import Config, parse_duration
from tests.workflows.project import DOCUMENT, WORKFLOWS, action, ten_lines

TEXT = DOCUMENT.read_text("utf-8")
ROLLOUT, WATCH = (
    yaml.safe_load((WORKFLOWS / name).read_text("utf-8")) for name in ("rollout.yml", "watch.yml")
)
NOT_THE_WORKFLOW_S = {"do", "wake", "witness", "repository", "commit", "record"}
SECRETS = {"token", "key"}


def called(workflow: dict[Any, Any], what: str) -> dict[str, Any]:
    """What a workflow takes or gives when it is called; YAML reads its `on` as true."""
    found: dict[str, Any] = workflow[True]["workflow_call"][what]
    return found


@pytest.mark.parametrize("name", action()["inputs"])
def test_every_input_stands_in_the_table_as_the_action_says(name: str) -> None:
    facts = action()["inputs"][name]
    default = f"`{facts['default']}`" if facts.get("default") else "–"
    assert f"| `{name}` | {' '.join(facts['description'].split())} | {default} |" in TEXT


@pytest.mark.parametrize("name", action()["outputs"])
def test_every_output_stands_in_the_table_as_the_action_says(name: str) -> None:
    assert f"| `{name}` | {action()['outputs'][name]['description']} |" in TEXT


def test_every_row_of_the_tables_is_of_something_that_is_there() -> None:
    known = {*action()["inputs"], *action()["outputs"], "timeout"}
    rows = re.findall(r"^\| `([\w-]+)` \|", TEXT, re.M)
    assert set(rows) <= known
    assert len(rows) == len(action()["inputs"]) + len(action()["outputs"])


def test_every_permission_of_a_job_stands_in_the_table_with_the_job() -> None:
    for name, job in {**ROLLOUT["jobs"], **WATCH["jobs"]}.items():
        for permission, level in job["permissions"].items():
            row = re.search(rf"^\| `{permission}: {level}` \| ([\w, ]+) \| .+ \|$", TEXT, re.M)
            assert row, f"{permission}: {level}"
            assert name in row[1].split(", ")


def test_the_ten_lines_grant_what_the_called_jobs_ask_for_and_no_more() -> None:
    asked: dict[str, str] = {}
    for job in ROLLOUT["jobs"].values():
        for name, level in job["permissions"].items():
            asked[name] = max(asked.get(name, ""), level)
    (calling,) = yaml.safe_load(ten_lines())["jobs"].values()
    assert calling["permissions"] == asked
    assert len(ten_lines().splitlines()) == 10


def test_the_workflow_takes_every_input_of_the_action_but_for_those_named() -> None:
    taken = set(called(ROLLOUT, "inputs")) - {"remedies"}
    assert taken == set(action()["inputs"]) - NOT_THE_WORKFLOW_S - SECRETS
    assert set(called(ROLLOUT, "secrets")) == SECRETS
    assert all(f"`{name}`" in TEXT for name in NOT_THE_WORKFLOW_S)


def test_a_newer_push_ends_an_older_wait_and_never_a_push() -> None:
    """And no record: of jobs that wait in one group, GitHub drops all but the last."""
    groups = {name: job["concurrency"] for name, job in ROLLOUT["jobs"].items()}
    assert {name: one["cancel-in-progress"] for name, one in groups.items()} == {
        "publish": False,
        "confirm": True,
        "record": False,
        "remedy": False,
    }
    assert len({one["group"] for one in groups.values()}) == 4
    assert "github.run_id" in groups["record"]["group"]


def test_only_what_pushes_may_write_contents() -> None:
    jobs = {**ROLLOUT["jobs"], **WATCH["jobs"]}
    may = {name for name, job in jobs.items() if job["permissions"]["contents"] == "write"}
    assert may == {"publish", "record", "remedy"}
    assert ROLLOUT["permissions"] == WATCH["permissions"] == {}


@pytest.mark.parametrize("path", sorted(WORKFLOWS.glob("*.yml")), ids=lambda path: path.name)
def test_every_job_and_every_step_has_a_limit_and_the_job_s_is_longer(path: Path) -> None:
    for job in yaml.safe_load(path.read_text("utf-8"))["jobs"].values():
        limits = [step["timeout-minutes"] for step in job["steps"]]
        assert job["timeout-minutes"] >= sum(limits)


def test_no_step_ends_before_its_longest_waits_have_said_their_last_word() -> None:
    """A remedy is waited for after a wait that says what it is for, and as long as all remedies may take."""
    choices = ROLLOUT[True]["workflow_dispatch"]["inputs"]["timeout"]["options"]
    wait = max(map(parse_duration, choices))
    limits = {
        name: step["timeout-minutes"] * 60
        for name, job in ROLLOUT["jobs"].items()
        for step in job["steps"]
        if "do" in step["with"]
    }
    assert limits["confirm"] > wait
    assert limits["remedy"] > wait + max(wait, Config().remedy_timeout)


def test_what_a_step_of_the_action_gets_is_every_input_by_the_environment_only() -> None:
    *_, step = yaml.safe_load((WORKFLOWS.parent.parent / "action.yml").read_text("utf-8"))["runs"]["steps"]
    given = {re.sub(r"\W", "", one.removeprefix("${{ inputs.")) for one in step["env"].values()}
    assert set(action()["inputs"]) <= given
    assert "${{" not in step["run"]
