"""A branch that a stamp cannot be pushed to."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.config import SAME_BRANCH
from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field


def _look(snapshot: Snapshot) -> Iterator[Found]:
    answer = snapshot.github
    if answer is not None and answer.barred and snapshot.config.publish == SAME_BRANCH:
        severity = None if answer.is_sure else Severity.NOTE
        yield Found(f"{answer.branch} is protected: {answer.barred}", severity=severity)


RULE = Rule(
    name="protected-branch",
    severity=Severity.WARNING,
    field=Field.NOT_APPLIED,
    what="GitHub says that the branch is protected, and `publish:` is `same-branch`.",
    why="A workflow's own token cannot push past a protection or a ruleset: the stamp is refused (exit 5), "
    "and the release is never confirmed.",
    fix="set publish: deploy-branch, api or pull-request, or give the workflow the token of an App that may",
    example="publish: same-branch    # in .github/freshboot.yml, and main needs a pull request",
    look=_look,
)
