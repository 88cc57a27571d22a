"""A checkout that leaves the token behind, in a job with freshboot."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for workflow in snapshot.workflows:
        for job in dict.fromkeys(use.job for use in workflow.uses if use.kind == "action"):
            for step, line in workflow.checkouts(job):
                given = step.get("with")
                kept = given.get("persist-credentials", "true") if isinstance(given, dict) else "true"
                if kept != "false":
                    yield Found(f"the checkout of the job {job} leaves its token behind", workflow.path, line)


RULE = Rule(
    name="kept-credentials",
    severity=Severity.NOTE,
    field=None,
    what="A job that uses freshboot's action checks out without `persist-credentials: false`.",
    why="The token then lies in the checkout, where every later step and every package that is installed can "
    "read it. freshboot gives git the token itself, for as long as a command runs.",
    fix="write with: {persist-credentials: false} below the checkout",
    example="- uses: actions/checkout@v5\n- uses: freshboot/freshboot@v1",
    look=_look,
)
