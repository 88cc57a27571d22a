"""How attempts ended, read quickly: of a thousand attempts a page needs a few words each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from freshboot.judge.causes import Cause
from freshboot.judge.verdict import Verdict
from freshboot.ledger.attempt import Attempt
from freshboot.tell.report.record import SCHEMA, commit_id

_LISTS = ("files", "requirements", "checks", "causes")
_CAUSES = {one.value: one for one in Cause}
_LIVE = {Verdict.PROVEN: "expected", Verdict.CODE: "expected", Verdict.SUPERSEDED: "live"}
"""Where a document names the commit that all processes had. Of a stale one it names what lay on the disk."""


@dataclass(frozen=True)
class Ending:
    """A verdict, its causes, and the one commit that all processes had, empty where that was not proven."""

    verdict: Verdict
    causes: tuple[Cause, ...]
    live: str


def ending(attempt: Attempt) -> Ending | None:
    """How an attempt ended; None where it did not, or where that is not recorded in a form that is known.

    It knows the same documents as :func:`freshboot.tell.report.record.read`, which reads all of them.
    """
    told = attempt.result or {}
    if told.get("schema") != SCHEMA or not all(isinstance(told.get(name), list) for name in _LISTS):
        return None
    try:
        verdict = Verdict(told.get("verdict"))
    except ValueError:
        return None
    named = (one for one in told["causes"] if isinstance(one, str))
    causes = tuple(_CAUSES[one] for one in named if one in _CAUSES)
    place = told.get(_LIVE.get(verdict, ""))
    live = commit_id(place.get("commit")) if isinstance(place, Mapping) else ""
    return Ending(verdict, causes, live)
