"""What a host's word may bring about: it names a cause, and never makes or breaks a proof."""

from __future__ import annotations

from dataclasses import replace

import pytest

from freshboot.judge.causes import Cause
from freshboot.judge.checks import CheckResult
from freshboot.judge.evidence import (
    Absence,
    Claim,
    Evidence,
    FileFinding,
    FileState,
    Looked,
    Observation,
    Origin,
    Reading,
)
from freshboot.judge.log import LogEvidence
from freshboot.judge.sentences import REBOOT
from freshboot.judge.verdict import Judgement, Policy, Verdict, judge
from freshboot.judge.words import explain, next_steps
from freshboot.proof import Layer
from tests.judge.processes import expected

OLD = Claim("b" * 40, 2)
ELSEWHERE = Claim("c" * 40, branch="develop")
SILENT = Observation(1.0, absence=Absence.DOWN, detail="no answer")
FRESH = Observation(1.0, "one", Reading(), "a" * 40)
OLD_FILE = FileFinding("calc.py", Layer.DISK, FileState.STALE, Origin("d" * 40, 1))
OLD_MODULE = replace(OLD_FILE, layer=Layer.MEMORY)


def with_trouble(word: str) -> Judgement:
    evidence = Evidence(expected(), (SILENT,), claim=OLD, trouble=word)
    return judge(evidence, Policy(grace=0.0), 5.0, over=True)


def answered(*findings: FileFinding) -> Observation:
    return Observation(1.0, "one", Reading(findings), "a" * 40)


def judged(observation: Observation, claim: Claim | None, reboot: tuple[str, ...] = ()) -> Judgement:
    policy = Policy(settle=0.0, grace=0.0, assumed=False)
    evidence = Evidence(expected(), (observation,), claim=claim, reboot=reboot)
    return judge(evidence, policy, 5.0, over=True)


@pytest.mark.parametrize(
    "observation", [SILENT, Observation(1.0, absence=Absence.NO_AGENT), answered(OLD_FILE)]
)
def test_an_earlier_commit_that_the_host_names_was_not_applied(observation: Observation) -> None:
    assert Cause.NOT_APPLIED in judged(observation, OLD).causes
    assert Cause.NOT_APPLIED not in judged(observation, None).causes


def test_a_commit_of_another_branch_is_the_wrong_target() -> None:
    causes = judged(SILENT, ELSEWHERE).causes
    assert Cause.WRONG_TARGET in causes
    assert Cause.NOT_APPLIED not in causes


@pytest.mark.parametrize("claim", [OLD, ELSEWHERE])
def test_a_process_that_attests_the_release_s_disk_knows_better(claim: Claim) -> None:
    assert judged(answered(OLD_MODULE), claim).causes == (Cause.STALE_MODULES,)


@pytest.mark.parametrize("claim", [OLD, ELSEWHERE])
def test_no_word_of_the_host_bars_a_proof(claim: Claim) -> None:
    judgement = judged(FRESH, claim)
    assert (judgement.verdict, judgement.causes) == (Verdict.PROVEN, ())


def test_no_word_of_the_host_makes_one() -> None:
    assert judged(SILENT, None).verdict is Verdict.UNPROVEN
    assert judged(SILENT, OLD).verdict is Verdict.UNPROVEN
    assert judged(answered(OLD_FILE), None).verdict is Verdict.STALE


def test_a_build_that_failed_is_why_the_push_did_not_arrive() -> None:
    for word in ("build_failed", "BUILD_ERROR"):
        told = with_trouble(word)
        assert Cause.BUILD_FAILED in told.causes
        assert Cause.NOT_APPLIED not in told.causes
        assert f"runs what it had: it says {word}." in explain(told, expected())


@pytest.mark.parametrize(
    "word", ["pre_deploy_failed", "update_failed", "CONFIG_ERROR", "NO_APP_FILE", "FAILED", "PLATFORM_ERROR"]
)
def test_a_deploy_that_failed_otherwise_is_told_in_the_host_s_own_word_and_is_no_failed_build(
    word: str,
) -> None:
    told = with_trouble(word)
    assert Cause.NOT_APPLIED in told.causes
    assert Cause.BUILD_FAILED not in told.causes
    assert f"that it runs commit bbbbbbb, 2 commits behind; it says {word}." in explain(told, expected())
    assert not any("pip" in step for step in next_steps(told, expected()))


def test_what_a_host_says_of_something_else_is_not_why_the_log_s_build_failed() -> None:
    evidence = Evidence(expected(), (SILENT,), trouble="update_failed", log=LogEvidence(build_failed=True))
    told = judge(evidence, Policy(grace=0.0), 5.0, over=True)
    assert Cause.BUILD_FAILED in told.causes
    assert "update_failed" not in explain(told, expected())


@pytest.mark.parametrize("observation", [answered(OLD_FILE), Observation(1.0, absence=Absence.NO_AGENT)])
def test_nothing_is_final_while_the_host_deploys_unless_the_time_is_over(observation: Observation) -> None:
    policy = Policy(settle=0.0, grace=1.0, assumed=False)
    evidence = Evidence(expected(), (observation, replace(observation, at=8.0)))
    assert judge(evidence, policy, 9.0).final
    deploying = replace(evidence, deploying=True)
    assert not judge(deploying, policy, 9.0).final
    assert judge(deploying, policy, 9.0, over=True).final


def test_a_deploy_that_is_under_way_bars_no_proof() -> None:
    evidence = Evidence(expected(), (FRESH,), deploying=True)
    assert judge(evidence, Policy(settle=0.0, assumed=False), 5.0).verdict is Verdict.PROVEN


def test_what_every_process_and_the_page_itself_have_shown_is_final_while_the_host_deploys() -> None:
    """A check that fails on the release, and the release's stamp on a page: the deploy takes back neither."""
    failed = Looked(checks=(CheckResult("sum", False, "1", "2"),))
    code = Evidence(expected(), (FRESH,), looked=failed, deploying=True)
    judgement = judge(code, Policy(settle=0.0, assumed=False), 5.0)
    assert (judgement.verdict, judgement.final) == (Verdict.CODE, True)
    stamped = Observation(1.0, absence=Absence.NO_AGENT, shows_stamp=True)
    judgement = judge(Evidence(expected(), (stamped,), deploying=True), Policy(settle=0.0), 5.0)
    assert (judgement.verdict, judgement.final) == (Verdict.SEEN, True)


def test_the_sentence_says_whose_word_it_is() -> None:
    told = explain(judged(SILENT, OLD), expected())
    assert (
        "The push never arrived: the host itself says that it runs commit bbbbbbb, 2 commits behind." in told
    )
    told = explain(judged(SILENT, ELSEWHERE), expected())
    assert "the host says that it runs commit ccccccc, which is on develop" in told


def test_a_disk_that_was_attested_is_told_as_before() -> None:
    attested = Observation(1.0, "one", Reading((OLD_FILE,), live=Origin("d" * 40, 1)), "a" * 40)
    assert "the server's disk holds exactly commit ddddddd" in explain(judged(attested, OLD), expected())


def test_what_to_do_next_is_told_in_the_host_s_own_words() -> None:
    steps = next_steps(
        judged(SILENT, OLD, ("fly deploy --app budget --no-cache", "fly apps restart budget")), expected()
    )
    assert "fly deploy --app budget --no-cache" in steps
    assert "fly apps restart budget" in steps
    assert REBOOT not in steps
    assert REBOOT in next_steps(judged(SILENT, OLD), expected())
