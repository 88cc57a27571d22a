"""The outcome of a wait as a JSON document (schema ``confirm-v1``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any

from freshboot.judge.causes import Cause
from freshboot.judge.checks import CheckResult
from freshboot.judge.evidence import Expectation, FileFinding, Observation, Origin, Requirement
from freshboot.judge.log import LogEvidence
from freshboot.judge.outcome import Applied, Outcome
from freshboot.judge.pages import PageLook, Raised
from freshboot.judge.sentences import NEXT
from freshboot.judge.verdict import Judgement
from freshboot.judge.where import Answer, Found, sentence
from freshboot.judge.words import explain, limits, next_steps, whole
from freshboot.tell.safe import line

SCHEMA = "confirm-v1"
WHERE_SCHEMA = "where-v1"
LOG_SCHEMA = "log-v1"


def document(outcome: Outcome) -> dict[str, Any]:
    """Everything that is known at the end of a wait, in JSON's own types."""
    judgement, expected = outcome.judgement, outcome.expected
    return {
        "schema": SCHEMA,
        "verdict": judgement.verdict.value,
        "cause": judgement.cause.value if judgement.cause else None,
        "exit_code": judgement.exit_code,
        "expected": {"commit": expected.commit, "stamp": expected.stamp},
        "live": _live(judgement),
        "files": [_file(one) for one in judgement.findings],
        "requirements": [_requirement(one) for one in judgement.requirements],
        "checks": [_check(one) for one in judgement.looked.checks],
        "explanation": line(explain(judgement, expected)),
        "next": list(next_steps(judgement, expected)),
        "timing": {"detected_s": _rounded(outcome.detected), "settled_s": _rounded(outcome.settled)},
        "timeline": [{"t": at, "event": line(words)} for at, words in outcome.timeline],
        "limits": list(limits(judgement, expected, outcome.replicas)),
        "causes": [one.value for one in judgement.causes],
        "commits": [_commit(*one) for one in judgement.table.items()],
        "raised": [_raised(one) for one in judgement.raised],
        "counts": asdict(outcome.tally),
        "remedies": [_applied(one) for one in outcome.applied],
    }


def where_document(found: Found) -> dict[str, Any]:
    """The answer to "is this file deployed?" in JSON's own types (schema ``where-v1``)."""
    seen = found.observation
    return {
        "schema": WHERE_SCHEMA,
        "file": found.path,
        "deployed": {Answer.YES: True, Answer.NO: False, Answer.UNKNOWN: None}[found.answer],
        "expected": {"commit": found.expected.commit, "stamp": found.expected.stamp},
        "boot_id": line(seen.boot_id) if seen and seen.boot_id else None,
        "files": [_file(one) for one in found.findings],
        "explanation": line(sentence(found)),
    }


def log_document(log: LogEvidence, expected: Expectation, causes: Sequence[Cause]) -> dict[str, Any]:
    """What a host's log says, in JSON's own types (schema ``log-v1``)."""
    return {
        "schema": LOG_SCHEMA,
        "pulled": log.pulled,
        "updated": log.updated,
        "restarted": log.restarted,
        "build_failed": log.build_failed,
        "failing_lines": [line(one) for one in log.failing_lines],
        "dependency_file": line(log.dependency_file) if log.dependency_file else None,
        "winning": expected.dependency_file,
        "cause": causes[0].value if causes else None,
        "causes": [one.value for one in causes],
        "next": list(dict.fromkeys(step for cause in causes for step in NEXT[cause])),
    }


def _live(judgement: Judgement) -> dict[str, Any]:
    fresh = {one.commit for one in judgement.live if one.fresh}
    origin = whole(judgement)
    exact = fresh.pop() if len(fresh) == 1 and all(one.fresh for one in judgement.live) else None
    stamps = [one.stamp for one in judgement.live if one.stamp]
    return {
        "commit": exact or (origin.commit if origin else None),
        "stamp": (line(stamps[-1]) or None) if stamps else None,
        "behind": 0 if exact else (origin.behind if origin else None),
        "replicas": [_replica(one) for one in judgement.live],
    }


def _replica(one: Observation) -> dict[str, Any]:
    certain = one.reading is not None and one.reading.is_certain
    verdict = "proven" if one.fresh else ("stale" if certain else "unproven")
    return {"boot_id": line(one.boot_id or ""), "started": line(one.started or ""), "verdict": verdict}


def _file(finding: FileFinding) -> dict[str, Any]:
    return {
        "path": finding.path,
        "layer": finding.layer.value,
        "state": finding.state.value,
        "live_commit": finding.origin.commit if finding.origin else None,
        "behind": finding.origin.behind if finding.origin else None,
    }


def _commit(origin: Origin, paths: tuple[str, ...]) -> dict[str, Any]:
    """One row of the table commit × file."""
    return {
        "commit": origin.commit,
        "behind": origin.behind,
        "time": _time(origin.time),
        "files": list(paths),
    }


def _time(seconds: int) -> str | None:
    """A commit may claim any time; one that no calendar has is none."""
    try:
        return (
            datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if seconds else None
        )
    except (ValueError, OverflowError, OSError):
        return None


def _requirement(one: Requirement) -> dict[str, Any]:
    return {"line": line(one.line), "file": one.file, "state": one.state.value}


def _check(one: CheckResult) -> dict[str, Any]:
    found = {"expected": line(one.expected), "found": line(one.found)}
    return {"name": line(one.name), "passed": one.passed, "unseen": one.unseen, **found}


def _raised(look: PageLook) -> dict[str, Any]:
    shown = look.raised or Raised("", "")
    place = {"path": shown.frame.path, "line": shown.frame.line} if shown.frame else None
    return {"page": line(look.page), "type": line(shown.type), "message": line(shown.message), "frame": place}


def _applied(one: Applied) -> dict[str, Any]:
    """A remedy that was applied; no verdict where it could do nothing."""
    return {
        "name": one.name,
        "does": line(one.does),
        "steps": [line(step) for step in one.steps],
        "verdict": one.verdict.value if one.verdict else None,
        "cause": one.cause.value if one.cause else None,
        "seconds": _rounded(one.seconds),
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
