"""Is one file deployed? What the last answer says of one path."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from freshboot.judge.evidence import Expectation, FileFinding, Observation
from freshboot.judge.words import describe, short


class Answer(str, Enum):
    """Yes, no, or nobody can say."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Found:
    """One file of the release, and the observation that speaks of it; None where nothing was heard."""

    path: str
    expected: Expectation
    observation: Observation | None

    @property
    def findings(self) -> tuple[FileFinding, ...]:
        """Where the file is not the release's."""
        reading = self.observation.reading if self.observation else None
        return tuple(one for one in reading.findings if one.path == self.path) if reading else ()

    @property
    def answer(self) -> Answer:
        """Yes only if the file is fresh and nothing in the answer is unexplained: that might be this file."""
        reading = self.observation.reading if self.observation else None
        if reading is not None and set(self.findings) & set(reading.stale):
            return Answer.NO
        if reading is None or reading.barriers or self.findings:
            return Answer.UNKNOWN
        return Answer.UNKNOWN if any(one.path is None for one in reading.findings) else Answer.YES


def sentence(found: Found) -> str:
    """The answer in words."""
    release = f"commit {short(found.expected.commit)}"
    if found.answer is Answer.YES:
        return f"yes: {found.path} is deployed as in {release}"
    if found.answer is Answer.NO:
        return f"no: {describe(found.findings)}"
    return f"unknown: {_reason(found)}"


def _reason(found: Found) -> str:
    seen = found.observation
    if seen is None:
        return "the app did not answer in time"
    if seen.reading is None:
        why = seen.absence.value if seen.absence else "no answer"
        return f"no attestation: {why}" + (f" ({seen.detail})" if seen.detail else "")
    unnamed = [one for one in seen.reading.findings if one.path in (None, found.path)]
    return "; ".join([*seen.reading.barriers, *([describe(unnamed)] if unnamed else [])])
