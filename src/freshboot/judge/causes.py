"""The closed list of causes, and how the evidence chooses among them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from freshboot.judge.evidence import Absence, FileFinding, FileState, Observation, Reading
from freshboot.proof import Layer


class Cause(str, Enum):
    """Why the verdict is what it is."""

    NOT_APPLIED = "not-applied"  # the push never arrived: the disk is exactly an earlier commit
    STALE_FILE = "stale-file"  # some files on disk are not the release's
    STALE_MODULES = "stale-modules"  # the disk is new, the process runs old code
    MIXED_REPLICAS = "mixed-replicas"
    WRONG_TARGET = "wrong-target"
    ASLEEP = "asleep"
    DOWN = "down"
    PRIVATE = "private"
    NO_AGENT = "no-agent"
    AGENT_FAILED = "agent-failed"
    UNRECORDED = "unrecorded"
    UNKNOWN_CODE = "unknown-code"


_OF_ABSENCE = {
    Absence.NO_AGENT: Cause.NO_AGENT,
    Absence.ASLEEP: Cause.ASLEEP,
    Absence.STARTING: Cause.DOWN,
    Absence.PRIVATE: Cause.PRIVATE,
    Absence.DOWN: Cause.DOWN,
    Absence.TIMEOUT: Cause.DOWN,
    Absence.TLS: Cause.DOWN,
    Absence.NOT_STREAMLIT: Cause.WRONG_TARGET,
    Absence.NO_ATTESTATION: Cause.AGENT_FAILED,
}


def cause_of_absence(absence: Absence) -> Cause:
    """The cause where the last question found no attestation."""
    return _OF_ABSENCE[absence]


def cause_of_readings(live: Sequence[Observation]) -> Cause | None:
    """The cause to mend first, from the latest answer of each live process."""
    readings = [one.reading for one in live if one.reading is not None]
    if len(live) > 1 and any(one.fresh for one in readings) and any(one.stale for one in readings):
        return Cause.MIXED_REPLICAS
    for one in readings:
        if (cause := _of_reading(one)) is not None:
            return cause
    return None


def _of_reading(reading: Reading) -> Cause | None:
    certain = reading.stale
    if any(one.layer is Layer.DISK for one in certain):
        return Cause.NOT_APPLIED if reading.live is not None else Cause.STALE_FILE
    if certain:
        return Cause.STALE_MODULES
    if reading.barriers:
        return Cause.AGENT_FAILED
    return _of_doubt(reading.findings)


def _of_doubt(findings: Sequence[FileFinding]) -> Cause | None:
    states = {one.state for one in findings}
    if FileState.UNKNOWN in states:
        return Cause.UNKNOWN_CODE
    if FileState.MISSING in states:
        return Cause.WRONG_TARGET
    return Cause.UNRECORDED if states else None
