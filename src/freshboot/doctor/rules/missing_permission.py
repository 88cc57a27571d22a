"""A job that uses freshboot without the permissions that it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from freshboot.config import PULL_REQUEST
from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.workflows import Use, Workflow

_TELLS = {"issues": "write", "statuses": "write", "deployments": "write"}
_WRITES = ("rollout", "publish", "remedy", "record")
_RANK = {"none": 0, "read": 1, "write": 2}


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for workflow in snapshot.workflows:
        for use in workflow.uses:
            wanted = _wanted(snapshot, use)
            granted = workflow.permissions(use.job)
            lacking = sorted(name for name, level in wanted.items() if not _has(granted, name, level))
            if lacking:
                yield _told(workflow, use, {name: wanted[name] for name in lacking}, granted is None)


def _told(workflow: Workflow, use: Use, lacking: Mapping[str, str], is_silent: bool) -> Found:
    listed = ", ".join(f"{name}: {level}" for name, level in lacking.items())
    words = (
        f"the job {use.job} says nothing of permissions" if is_silent else f"the job {use.job} lacks {listed}"
    )
    severity = Severity.WARNING if is_silent else None
    return Found(words, workflow.path, use.line, severity, f"write permissions: {{{listed}}} into the job")


def _wanted(snapshot: Snapshot, use: Use) -> Mapping[str, str]:
    """A called workflow does not even start without what its jobs ask for."""
    if use.kind != "action":
        return {"contents": "write" if use.kind == "rollout" else "read", **_TELLS}
    do = use.with_.get("do", "rollout")
    if use.with_.get("token") or "${{" in do or do == "stamp":
        return {}
    more = {"pull-requests": "write"} if snapshot.config.publish == PULL_REQUEST and do in _WRITES[:3] else {}
    return {"contents": "write" if do in _WRITES else "read", **more}


def _has(granted: Mapping[str, str] | str | None, name: str, level: str) -> bool:
    if isinstance(granted, str):
        return granted == "write-all" or (granted == "read-all" and level == "read")
    return granted is not None and _RANK.get(granted.get(name, "none"), 0) >= _RANK[level]


RULE = Rule(
    name="missing-permission",
    severity=Severity.ERROR,
    field=None,
    what="A job of a workflow uses freshboot, and its token may not do what that needs.",
    why="Without `contents: write` the stamp is not pushed. A called workflow that asks for more than its "
    "caller grants does not even start. Where nothing is said, the repository's own setting decides.",
    fix="write the permissions into the job",
    example="permissions: {}\njobs:\n  rollout:\n    uses: "
    "freshboot/freshboot/.github/workflows/rollout.yml@v1",
    look=_look,
)
