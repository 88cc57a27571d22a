"""What is live, for a badge in a README: the JSON of a shields.io endpoint."""

from __future__ import annotations

import re
from typing import Any

from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Judgement, Verdict
from freshboot.judge.words import short, whole
from freshboot.tell.safe import line

_CACHE_SECONDS = 300  # the least that shields.io takes
_LONGEST = 60
_STAMP = re.compile(r"([0-9][-.0-9a-z]{0,80})\+[0-9]{8}T[0-9]{6}Z\.g([0-9a-f]{7})\.([a-z]{1,20})")
_COLOURS = {
    Verdict.PROVEN: "brightgreen",
    Verdict.SUPERSEDED: "brightgreen",
    Verdict.STALE: "red",
    Verdict.CODE: "red",
    Verdict.SEEN: "yellow",
    Verdict.UNPROVEN: "lightgrey",
}


def shield(outcome: Outcome, label: str = "live") -> dict[str, Any]:
    """What is live, as https://shields.io/badges/endpoint-badge reads it, in JSON's own types."""
    verdict = outcome.judgement.verdict
    return {
        "schemaVersion": 1,
        "label": line(label, _LONGEST),
        "message": line(_message(outcome), _LONGEST),
        "color": _COLOURS[verdict],
        "isError": verdict in (Verdict.STALE, Verdict.CODE),
        "cacheSeconds": _CACHE_SECONDS,
    }


def colour(stamp: str | None) -> str | None:
    """The colour of a stamp's badge, which is the stamp's last word; None where there is no stamp."""
    parts = _STAMP.fullmatch(stamp or "")
    return parts[3] if parts else None


def _message(outcome: Outcome) -> str:
    judgement, expected = outcome.judgement, outcome.expected
    if judgement.verdict is Verdict.SUPERSEDED:
        return _release(judgement.live[0].stamp, judgement.live[0].commit or expected.commit)
    release = _release(expected.stamp, expected.commit)
    match judgement.verdict:
        case Verdict.PROVEN:
            return release
        case Verdict.SEEN:
            return f"{release}, not proven"
        case Verdict.STALE:
            return _stale(judgement)
        case Verdict.CODE:
            return f"{release}, {_cause(judgement)}"
        case Verdict.UNPROVEN:
            return f"unknown: {_cause(judgement)}"


def _stale(judgement: Judgement) -> str:
    if origin := whole(judgement):
        return f"{short(origin.commit)}, {origin.behind} behind"
    old = len({one.path for one in judgement.findings if one.is_certain})
    return f"{old} old file{'s' if old != 1 else ''}" if old else _cause(judgement)


def _release(stamp: str | None, commit: str) -> str:
    parts = _STAMP.fullmatch(stamp or "")
    return f"{parts[1]} ({parts[2]})" if parts else short(commit)


def _cause(judgement: Judgement) -> str:
    return judgement.cause.value if judgement.cause else "no verdict in time"
