"""Further answers and rows of answers that would be proven but for one bar."""

from __future__ import annotations

from dataclasses import replace

import pytest

from freshboot.judge.causes import Cause
from freshboot.judge.evidence import Evidence, FileFinding, FileState, Observation, Origin, Reading
from freshboot.judge.read import read
from freshboot.judge.verdict import MISSES, Judgement, Policy, Verdict, judge
from freshboot.proof import Attestation, Kind, Layer, tag
from tests.judge.processes import NONCE, PAST, expected, fresh_process
from tests.judge.test_layers import answer, attested, reading_of, word

TWO = Policy(settle=10, grace=60, replicas=2, assumed=False)


def with_tags(layer: Layer, kind: Kind, *tags: str, counted: int) -> Attestation:
    """A fresh process's answer with these tags of one kind besides, and another count of them."""
    attestation = fresh_process().attest()
    known = attestation.layers[layer.value]
    changed = replace(
        known,
        tags={**known.tags, kind.value: (*known.of(kind), *tags)},
        counts={**known.counts, kind.value: counted},
    )
    return replace(attestation, layers={**attestation.layers, layer.value: changed})


@pytest.mark.parametrize("kind", [Kind.KEPT, Kind.UNRECORDED])
def test_more_tags_than_are_counted_bar_a_proof(kind: Kind) -> None:
    """What nothing explains is told by its count alone."""
    attestation = with_tags(Layer.MEMORY, kind, "1" * 16, counted=0)
    assert not read(attestation, expected(), PAST).fresh


def test_a_server_that_was_given_two_scripts_bars_a_proof() -> None:
    other = tag(NONCE, Layer.MEMORY, "dev_app.py", Kind.ENTRYPOINT.value)
    attestation = with_tags(Layer.MEMORY, Kind.ENTRYPOINT, other, counted=2)
    found = read(attestation, expected(), PAST).findings
    assert found == (FileFinding("app.py", Layer.MEMORY, FileState.MISSING),)


def test_results_of_a_file_of_which_nothing_is_known_bar_a_proof_and_name_it() -> None:
    told = answer(Layer.RESULTS, word(Layer.RESULTS, "prices.csv", Kind.UNRECORDED))
    found = reading_of(attested(results=told))
    assert found.findings == (FileFinding("prices.csv", Layer.RESULTS, FileState.UNRECORDED),)
    assert not found.is_certain


def fresh(at: float, boot_id: str, commit: str = "release") -> Observation:
    return Observation(at, boot_id, Reading(), commit, superseding=commit != "release")


def judged(*observations: Observation, policy: Policy = TWO) -> Judgement:
    return judge(Evidence(expected(), observations), policy, observations[-1].at)


def test_of_two_processes_one_that_is_gone_leaves_too_few() -> None:
    both = [fresh(0, "one"), fresh(1, "two")]
    only_one = [fresh(2.0 + at, "one") for at in range(MISSES)]
    assert judged(*both, *only_one[:-1]).verdict is Verdict.PROVEN
    judgement = judged(*both, *only_one)
    assert (judgement.verdict, judgement.cause) == (Verdict.UNPROVEN, Cause.MIXED_REPLICAS)


def test_two_processes_that_run_two_commits_are_mixed() -> None:
    later = [fresh(1.0 + at, "two", "later") for at in range(12)]
    judgement = judged(fresh(0, "one"), *later)
    assert (judgement.verdict, judgement.cause) == (Verdict.UNPROVEN, Cause.MIXED_REPLICAS)
    assert judgement.detail == "two processes run two different commits"


def test_a_process_seen_stale_stays_stale_while_another_answers_fresh() -> None:
    old = FileFinding("calc.py", Layer.MEMORY, FileState.STALE, Origin("b" * 40, 1))
    stale = Observation(0, "one", Reading((old,)), "release")
    later = [fresh(1.0 + at, "two") for at in range(MISSES - 1)]
    judgement = judge(Evidence(expected(), (stale, *later)), TWO, later[-1].at, over=True)
    assert (judgement.verdict, judgement.findings) == (Verdict.STALE, (old,))
