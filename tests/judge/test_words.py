"""What a person is told: never more than the verdict allows."""

from __future__ import annotations

import pytest

from freshboot.judge.causes import Cause
from freshboot.judge.evidence import (
    FileFinding,
    FileState,
    Observation,
    Origin,
    Reading,
    Requirement,
    RequirementState,
)
from freshboot.judge.verdict import Judgement, Verdict
from freshboot.judge.words import explain, limits, next_steps
from freshboot.proof import Layer
from tests.judge.processes import expected

DISK = FileFinding("calc.py", Layer.DISK, FileState.STALE, Origin("b" * 40, 1))
MEMORY = FileFinding("calc.py", Layer.MEMORY, FileState.STALE, Origin("b" * 40, 1))


def judged(verdict: Verdict, cause: Cause | None = None, *findings: FileFinding) -> Judgement:
    seen = Observation(1.0, "boot", Reading(findings, live=Origin("b" * 40, 1)), "c" * 40)
    return Judgement(verdict, (cause,) if cause else (), True, (seen,), detail="told")


def unrecorded(findings: tuple[FileFinding, ...], lines: tuple[Requirement, ...]) -> Judgement:
    seen = Observation(1.0, "boot", Reading(findings, requirements=lines), "c" * 40)
    return Judgement(Verdict.UNPROVEN, (Cause.UNRECORDED,), True, (seen,))


def test_a_proof_names_the_layers_that_it_speaks_of() -> None:
    assert explain(judged(Verdict.PROVEN), expected()).endswith("on disk and in memory.")
    assert explain(judged(Verdict.PROVEN), expected(layers=(Layer.DISK,))).endswith(", on disk.")


def test_a_layer_that_was_not_asked_for_is_told_as_a_limit() -> None:
    told = limits(judged(Verdict.PROVEN), expected(layers=(Layer.DISK,)), 1)
    assert "not asked for: bytecode, memory, packages, results, edge" in told


def test_files_that_are_never_hashed_are_told_as_a_limit() -> None:
    told = limits(judged(Verdict.PROVEN), expected(excluded=(".env",)), 1)
    assert "never hashed: .env" in told


def test_old_modules_that_somebody_still_holds_are_told_as_a_limit() -> None:
    held = Judgement(Verdict.PROVEN, (), True, (Observation(1.0, "boot", Reading(), lingering=2),))
    assert any("still hold" in one for one in limits(held, expected(), 1))
    assert not any("still hold" in one for one in limits(judged(Verdict.PROVEN), expected(), 1))


def test_superseded_names_the_commit_that_is_live() -> None:
    assert "ccccccc" in explain(judged(Verdict.SUPERSEDED), expected())


def test_what_memory_took_from_an_old_disk_is_not_told_twice() -> None:
    told = explain(judged(Verdict.STALE, Cause.STALE_FILE, DISK, MEMORY), expected())
    assert "on disk" in told
    assert "in memory" not in told


def test_a_push_that_never_arrived_names_what_is_there() -> None:
    assert "exactly commit bbbbbbb, 1 commit behind" in explain(
        judged(Verdict.STALE, Cause.NOT_APPLIED), expected()
    )


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_sentence_and_a_next_step(cause: Cause) -> None:
    told = explain(judged(Verdict.UNPROVEN, cause, DISK), expected())
    assert told.endswith(".")
    assert "{" not in told
    assert next_steps(judged(Verdict.UNPROVEN, cause), expected())


def test_many_files_are_counted_and_not_all_named() -> None:
    many = [FileFinding(f"m{n}.py", Layer.DISK, FileState.MISSING) for n in range(50)]
    assert "and 47 more" in explain(judged(Verdict.STALE, Cause.STALE_FILE, *many), expected())


def test_files_and_lines_of_which_nobody_knows_are_told_apart_each_with_what_to_do() -> None:
    line = Requirement("requirements.txt", "demo @ file:///demo.whl", RequirementState.UNRECORDED)
    wrong = Requirement("requirements.txt", "other==2", RequirementState.WRONG)
    late = FileFinding("calc.py", Layer.MEMORY, FileState.UNRECORDED)
    told = unrecorded((late,), (line, wrong))
    assert explain(told, expected()).endswith(
        ": calc.py in memory is unrecorded; demo @ file:///demo.whl (requirements.txt) is unrecorded."
    )
    files, lines = (next_steps(unrecorded(*one), expected()) for one in (((late,), ()), ((), (line,))))
    assert next_steps(told, expected()) == (*files, *lines)
    assert "a version from an index, or git+https://… at a full commit" in lines[0]


@pytest.mark.parametrize("time", [-1, 2**40, 10**18])
def test_a_commit_may_claim_any_time(time: int) -> None:
    old = FileFinding("calc.py", Layer.DISK, FileState.STALE, Origin("b" * 40, 1, time))
    assert "bbbbbbb" in explain(judged(Verdict.STALE, Cause.STALE_FILE, old), expected())
