"""A workflow whose trigger leaves out the branch that is deployed."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field
from freshboot.doctor.workflows import Use, Workflow


def _look(snapshot: Snapshot) -> Iterator[Found]:
    if snapshot.branch is None:
        return
    for workflow in snapshot.workflows:
        if _publishes(workflow) and not _runs_for(_on_push(workflow), snapshot.branch):
            words = f"it does not run for {snapshot.branch}, the branch that is deployed"
            yield Found(words, workflow.path, workflow.line("on", "push", "branches"))


def _publishes(workflow: Workflow) -> bool:
    return any(use.kind == "rollout" or _does(use) in ("rollout", "publish") for use in workflow.uses)


def _does(use: Use) -> str:
    return use.with_.get("do", "rollout") if use.kind == "action" else ""


def _on_push(workflow: Workflow) -> Any:
    """What is said of pushes; None where nothing is: then it runs by hand, or when it is due."""
    on = workflow.content.get("on")
    return on.get("push") if isinstance(on, dict) else None


def _runs_for(push: Any, branch: str) -> bool:
    if not isinstance(push, dict):
        return True
    wanted, unwanted = (_patterns(push.get(key)) for key in ("branches", "branches-ignore"))
    if any(one.startswith("!") for one in wanted):
        return True  # their order decides: not judged here
    if not wanted and not unwanted and push.keys() & {"tags", "tags-ignore"}:
        return False  # GitHub then runs it for tags alone
    if wanted:
        return any(_matches(branch, one) for one in wanted)
    return not any(_matches(branch, one) for one in unwanted)


def _patterns(value: Any) -> list[str]:
    given = [value] if isinstance(value, str) else value
    return [one for one in given if isinstance(one, str)] if isinstance(given, list) else []


def _matches(branch: str, pattern: str) -> bool:
    """A star stops at a slash, two do not; whatever else is in a pattern is taken to match."""
    if "*" not in pattern and not set(pattern) & set("?+[]"):
        return branch == pattern
    if "**" in pattern or set(pattern) & set("?+[]"):
        return fnmatchcase(branch, pattern.replace("**", "*")) or bool(set(pattern) & set("?+[]"))
    return branch.count("/") == pattern.count("/") and fnmatchcase(branch, pattern)


RULE = Rule(
    name="workflow-never-runs",
    severity=Severity.WARNING,
    field=Field.NOT_APPLIED,
    what="The workflow that publishes and confirms does not run for the branch that the host deploys.",
    why="A push is then neither stamped nor confirmed: the host may leave it out, and nobody hears of it.",
    fix="name the branch under on: push: branches:",
    example="on:\n  push: {branches: [master]}    # and the host deploys main",
    look=_look,
)
