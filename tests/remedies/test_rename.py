"""The evidence that a file may be renamed on: it is proven to be old on the disk, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from freshboot.judge.causes import Cause
from freshboot.judge.evidence import (
    Expectation,
    FileFinding,
    FileState,
    Observation,
    Origin,
    Reading,
    Requirement,
    RequirementState,
)
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Judgement, Verdict
from freshboot.proof import Layer
from freshboot.remedies import CannotRemedy, Situation
from freshboot.remedies.rename import Rename, may_rename

FILE = "calculations.py"
OLD = FileFinding(FILE, Layer.DISK, FileState.STALE, Origin("a" * 40, 2))
ALSO = (
    FileFinding(FILE, Layer.MEMORY, FileState.STALE, Origin("a" * 40, 2)),
    FileFinding(FILE, Layer.BYTECODE, FileState.STALE),
    FileFinding(FILE, Layer.RESULTS, FileState.STALE),
)
UNMET = Requirement("requirements.txt", "pandas", RequirementState.WRONG)


def outcome(reading: Reading, verdict: Verdict = Verdict.STALE, *causes: Cause) -> Outcome:
    live = (Observation(1.0, boot_id="one", reading=reading, commit="c"),)
    judgement = Judgement(verdict, causes or (Cause.STALE_FILE,), True, live)
    return Outcome(judgement, Expectation("c", None, {}, "app.py"), (), 1, None, None)


def test_a_file_that_alone_is_old_on_the_disk_may_be_renamed() -> None:
    may_rename(outcome(Reading((OLD,))), FILE)
    may_rename(outcome(Reading((OLD, *ALSO)), Verdict.STALE, Cause.STALE_FILE, Cause.STALE_RESULTS), FILE)


@pytest.mark.parametrize("verdict", [one for one in Verdict if one is not Verdict.STALE])
def test_with_no_other_verdict_it_may(verdict: Verdict) -> None:
    with pytest.raises(CannotRemedy, match=f"the verdict is {verdict.value}, not stale") as caught:
        may_rename(outcome(Reading((OLD,)), verdict), FILE)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("reading", "causes", "why"),
    [
        (Reading((OLD,)), (Cause.STALE_MODULES,), "the cause is stale-modules"),
        (Reading((OLD,)), (Cause.NOT_APPLIED,), "the cause is not-applied"),
        (Reading((OLD,)), (Cause.STALE_FILE, Cause.MIXED_REPLICAS), "not every process"),
        (Reading((OLD, replace(OLD, path="other.py"))), (), "other.py is not fresh either"),
        (Reading((OLD, FileFinding(None, Layer.MEMORY, FileState.UNKNOWN))), (), "something in the layer"),
        (Reading(ALSO), (), "not shown to be an earlier commit's"),
        (Reading((replace(OLD, state=FileState.MISSING),)), (), "not shown to be an earlier commit's"),
        (Reading((replace(OLD, state=FileState.GHOST),)), (), "not shown to be an earlier commit's"),
        (Reading((replace(OLD, state=FileState.UNKNOWN, origin=None),)), (), "not shown to be"),
        (Reading((OLD,), barriers=("the agent failed",)), (), "more than files is in doubt"),
        (Reading((OLD,), requirements=(UNMET,)), (), "more than files is in doubt"),
    ],
)  # fmt: skip
def test_with_anything_else_in_doubt_it_may_not(
    reading: Reading, causes: tuple[Cause, ...], why: str
) -> None:
    with pytest.raises(CannotRemedy, match=why):
        may_rename(outcome(reading, Verdict.STALE, *causes), FILE)


def test_another_file_than_the_one_that_is_old_may_not() -> None:
    with pytest.raises(CannotRemedy, match=r"calculations\.py is not fresh either"):
        may_rename(outcome(Reading((OLD,))), "helpers.py")


def test_it_is_applied_by_name_and_on_evidence_only() -> None:
    assert Rename.by_name
    assert Rename.asks
    assert {one.value for one in Cause} >= Rename.cures
    action = Rename(FILE, "calculations_2.py").action(Situation("app.py", ("requirements.txt",)))
    assert (action.marks, action.wakes, action.branch) == (("requirements.txt",), False, None)
    assert "calculations.py to calculations_2.py" in action.does
