"""Outcomes for the tests of what is told."""

from __future__ import annotations

from dataclasses import replace

from freshboot.judge.causes import Cause
from freshboot.judge.checks import CheckResult
from freshboot.judge.evidence import (
    Expectation,
    FileFinding,
    FileState,
    Looked,
    Observation,
    Origin,
    Reading,
    Requirement,
    RequirementState,
)
from freshboot.judge.outcome import Applied, Outcome, Tally
from freshboot.judge.pages import Frame, PageLook, Raised
from freshboot.judge.verdict import Judgement, Verdict
from freshboot.proof import Layer

EXPECTED = Expectation("a" * 40, "1.0.3+20261121T204300Z.g1a2b3c4.purple", {"app.py": "0" * 40}, "app.py")
FINDING = FileFinding("calc.py", Layer.DISK, FileState.STALE, Origin("b" * 40, 3))
# Their sentences tell all that a sentence may.
TELLING = (
    Cause.BUILD_FAILED,
    Cause.WRONG_DEPENDENCY_FILE,
    Cause.STALE_FILE,
    Cause.STALE_PACKAGES,
    Cause.APP_RAISES,
    Cause.CHECK_FAILED,
)


def proven() -> Outcome:
    seen = Observation(
        2.0, "boot", Reading(), EXPECTED.commit, started="2026-11-21T20:43:00Z", stamp=EXPECTED.stamp
    )
    judgement = Judgement(Verdict.PROVEN, (), True, (seen,), 2.0, exit_code=0)
    return Outcome(judgement, EXPECTED, ((0.5, "asked"),), 1, 2.0, 12.0)


def stale(path: str = "calc.py", detail: str = "") -> Outcome:
    finding = FileFinding(path, Layer.DISK, FileState.STALE, FINDING.origin)
    seen = Observation(2.0, "boot", Reading((finding,)), EXPECTED.commit)
    judgement = Judgement(Verdict.STALE, (Cause.STALE_FILE,), True, (seen,), None, detail, 1)
    return Outcome(judgement, EXPECTED, ((0.5, detail or "asked"),), 1, None, None)


def down(detail: str) -> Outcome:
    judgement = Judgement(Verdict.UNPROVEN, (Cause.DOWN,), True, detail=detail)
    return Outcome(judgement, EXPECTED, ((0.5, detail),), 1, None, None)


def saying(verdict: Verdict, text: str, causes: tuple[Cause, ...] = TELLING) -> Outcome:
    """An outcome in which whatever may come from outside says one text, and all there may be is there."""
    raised = Raised(text, text, Frame("app.py", 3, text))
    looks = (PageLook(text, text, (text,), raised=raised), PageLook(raised=Raised(text, "", None, True)))
    checks = (CheckResult(text, False, text, text), CheckResult("seen", True, text, text))
    origins = {text: Origin("b" * 40, 3, 9, text), f"{text}.py": Origin("c" * 40, 4)}
    files = tuple(
        FileFinding(path, layer, FileState.STALE, origin)
        for layer in (Layer.DISK, Layer.MEMORY)
        for path, origin in origins.items()
    )
    unnamed = FileFinding(None, Layer.RESULTS, FileState.UNKNOWN)
    requirements = (Requirement(text, text, RequirementState.WRONG),)
    reading = Reading((*files, unnamed), (text,), None, requirements, requirements)
    seen = Observation(2.0, text, reading, EXPECTED.commit, started=text, stamp=text, detail=text)
    causes = causes if verdict in (Verdict.STALE, Verdict.CODE, Verdict.UNPROVEN) else ()
    notes, looked = dict.fromkeys(causes, text), Looked(checks, looks)
    judgement = Judgement(verdict, causes, True, (seen,), 2.0, text, 1, looked, looks, notes=notes)
    expected = replace(EXPECTED, stamp=text, excluded=(text,), unresolved=(text,), gap=text or "nothing")
    applied = (Applied(text, text, verdict, Cause.DOWN, 1.0, (text,)), Applied(text, text))
    counts = Tally(asked=9, answered=8, processes=1, flaps=1, outages=1)
    return Outcome(judgement, expected, ((0.5, text), (1.0, text)), 1, 2.0, 12.0, counts, applied)
