"""Outcomes for the tests of what is told."""

from __future__ import annotations

from freshboot.judge.causes import Cause
from freshboot.judge.evidence import Expectation, FileFinding, FileState, Observation, Origin, Reading
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Judgement, Verdict
from freshboot.proof import Layer

EXPECTED = Expectation("a" * 40, "1.0.3+20261121T204300Z.g1a2b3c4.purple", {"app.py": "0" * 40}, "app.py")
FINDING = FileFinding("calc.py", Layer.DISK, FileState.STALE, Origin("b" * 40, 3))


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
