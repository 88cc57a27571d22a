"""Each cause from its evidence, and two at once, the one to mend first first."""

from __future__ import annotations

import pytest

from freshboot.judge.causes import Cause, causes_of
from freshboot.judge.checks import CheckResult
from freshboot.judge.evidence import (
    Absence,
    Evidence,
    FileFinding,
    FileState,
    Looked,
    Observation,
    Origin,
    Reading,
    Requirement,
    RequirementState,
    Target,
)
from freshboot.judge.log import LogEvidence
from freshboot.judge.pages import PageLook, Raised
from freshboot.judge.verdict import Judgement, Policy, Verdict, judge, live_processes
from freshboot.proof import Layer
from tests.judge.processes import expected

ORIGIN = Origin("b" * 40, 1)
OURS = Target("team/budget", "main", "app.py")
UNMET = Requirement("requirements.txt", "pandas==2.0", RequirementState.WRONG)
IDLE = Requirement("requirements.txt", "plotly", RequirementState.MISSING)
NO_MODULE = Raised("ModuleNotFoundError", "No module named 'plotly'")


def finding(layer: Layer, state: FileState = FileState.STALE, path: str | None = "calc.py") -> FileFinding:
    return FileFinding(path, layer, state, ORIGIN if state is FileState.STALE else None)


def answered(*findings: FileFinding, boot_id: str = "one", **facts: object) -> Observation:
    return Observation(1.0, boot_id, Reading(findings, **facts), "a" * 40)  # type: ignore[arg-type]  # by name


def silent(absence: Absence, raised: Raised | None = None) -> Observation:
    return Observation(1.0, absence=absence, raised=raised)


def causes(*observations: Observation, **evidence: object) -> list[Cause]:
    seen = Evidence(expected(target=OURS), observations, **evidence)  # type: ignore[arg-type]  # by name
    return list(causes_of(seen, live_processes(observations)))


FRESH = answered()
OLD_DISK = answered(finding(Layer.DISK))


@pytest.mark.parametrize(
    ("observation", "cause"),
    [
        (silent(Absence.PLATFORM), Cause.PLATFORM_OUTAGE),
        (silent(Absence.PRIVATE), Cause.PRIVATE),
        (silent(Absence.NOT_STREAMLIT), Cause.WRONG_TARGET),
        (silent(Absence.ASLEEP), Cause.ASLEEP),
        (silent(Absence.DOWN), Cause.DOWN),
        (silent(Absence.TIMEOUT), Cause.DOWN),
        (silent(Absence.NO_AGENT), Cause.NO_AGENT),
        (silent(Absence.NO_ATTESTATION), Cause.AGENT_FAILED),
        (silent(Absence.RAISED, NO_MODULE), Cause.APP_RAISES),
        (silent(Absence.RAISED, Raised("KeyError", "'calc'")), Cause.HOT_RELOAD_RACE),
        (silent(Absence.RAISED, Raised("KeyError", "'API_KEY'")), Cause.APP_RAISES),
        (
            silent(
                Absence.RAISED,
                Raised("ImportError", "cannot import name 'x' from partially initialized module 'calc'"),
            ),
            Cause.HOT_RELOAD_RACE,
        ),
        (answered(finding(Layer.DISK), live=ORIGIN), Cause.NOT_APPLIED),
        (OLD_DISK, Cause.STALE_FILE),
        (answered(requirements=(UNMET,)), Cause.STALE_PACKAGES),
        (answered(finding(Layer.BYTECODE)), Cause.STALE_BYTECODE),
        (answered(finding(Layer.MEMORY)), Cause.STALE_MODULES),
        (answered(finding(Layer.MEMORY, FileState.KEPT)), Cause.STALE_MODULES),
        (answered(finding(Layer.RESULTS)), Cause.STALE_RESULTS),
        (answered(barriers=("no layer results",), too_old=True), Cause.AGENT_TOO_OLD),
        (answered(barriers=("results: OSError",)), Cause.AGENT_FAILED),
        (answered(finding(Layer.MEMORY, FileState.UNKNOWN, None)), Cause.UNKNOWN_CODE),
        (answered(finding(Layer.MEMORY, FileState.UNRECORDED)), Cause.UNRECORDED),
        (answered(finding(Layer.DISK, FileState.POINTER)), Cause.UNRECORDED),
        (answered(finding(Layer.MEMORY, FileState.MISSING, "app.py")), Cause.WRONG_TARGET),
    ],
)
def test_each_cause_has_its_evidence(observation: Observation, cause: Cause) -> None:
    assert causes(observation) == [cause]


def test_where_all_is_fresh_there_is_no_cause() -> None:
    assert causes(FRESH) == []


@pytest.mark.parametrize(
    "target",
    [
        Target("team/budget", "develop", "app.py"),
        Target("team/budget", "main", "old.py"),
        Target("fork/budget", "main", "app.py"),
    ],
)
def test_a_host_that_deploys_something_else_is_the_wrong_target(target: Target) -> None:
    assert causes(OLD_DISK, target=target)[0] is Cause.WRONG_TARGET


def test_what_is_not_known_of_a_target_says_nothing() -> None:
    assert Cause.WRONG_TARGET not in causes(OLD_DISK, target=Target("", "main", "app.py"))


def test_a_fresh_app_is_not_of_the_wrong_target_whatever_the_host_says() -> None:
    assert causes(FRESH, target=Target("team/budget", "develop", "app.py")) == []


def test_a_build_that_failed_comes_before_the_old_files_that_it_left() -> None:
    assert causes(OLD_DISK, trouble="INSTALLER_ERROR") == [Cause.BUILD_FAILED, Cause.STALE_FILE]
    assert causes(OLD_DISK, log=LogEvidence(build_failed=True)) == [Cause.BUILD_FAILED, Cause.STALE_FILE]


def test_a_fault_of_the_platform_s_own_is_told_by_the_host() -> None:
    assert causes(OLD_DISK, trouble="PLATFORM_ERROR")[0] is Cause.PLATFORM_OUTAGE


def test_a_missing_module_that_an_ignored_file_asks_for_is_the_wrong_dependency_file() -> None:
    looked = Looked(raised=(PageLook(raised=NO_MODULE),))
    told = causes(answered(idle=(IDLE,)), looked=looked)
    assert told == [Cause.WRONG_DEPENDENCY_FILE, Cause.APP_RAISES]
    assert causes(FRESH, looked=looked) == [Cause.APP_RAISES]


def test_a_log_that_names_another_file_shows_the_wrong_dependency_file() -> None:
    seen = Evidence(
        expected(dependency_file="requirements.txt"), (OLD_DISK,), log=LogEvidence(dependency_file="Pipfile")
    )
    assert causes_of(seen, (OLD_DISK,))[0] is Cause.WRONG_DEPENDENCY_FILE


def test_one_fresh_and_one_old_process_are_mixed_and_the_old_one_is_explained() -> None:
    other = answered(finding(Layer.MEMORY), boot_id="two")
    assert causes(FRESH, other) == [Cause.MIXED_REPLICAS, Cause.STALE_MODULES]


def test_two_processes_with_different_disks_are_mixed_though_none_is_fresh() -> None:
    other = answered(finding(Layer.DISK), boot_id="two", live=ORIGIN)
    assert causes(answered(finding(Layer.MEMORY, path="x")), other)[0] is Cause.MIXED_REPLICAS


def test_memory_that_comes_from_an_old_disk_is_no_cause_of_its_own() -> None:
    assert causes(answered(finding(Layer.DISK), finding(Layer.MEMORY))) == [Cause.STALE_FILE]


def test_two_causes_at_once_are_both_told_the_one_to_mend_first_first() -> None:
    both = answered(
        finding(Layer.DISK), finding(Layer.MEMORY, path="other.py"), finding(Layer.RESULTS, path="x")
    )
    assert causes(both) == [Cause.STALE_FILE, Cause.STALE_MODULES, Cause.STALE_RESULTS]


def test_old_code_that_only_the_caches_hold_is_mended_by_clearing_them() -> None:
    held = answered(finding(Layer.MEMORY, FileState.KEPT), finding(Layer.RESULTS, path="x"))
    assert causes(held) == [Cause.STALE_RESULTS, Cause.STALE_MODULES]


POLICY = Policy(settle=0, grace=0, assumed=False)


def verdict_of(looked: Looked) -> Judgement:
    return judge(Evidence(expected(), (FRESH,), looked=looked), POLICY, 2.0)


def test_a_check_that_fails_on_exactly_the_release_is_the_code() -> None:
    failed = CheckResult("revenue", passed=False, expected="1", found="2")
    judgement = verdict_of(Looked(checks=(failed,)))
    assert (judgement.verdict, judgement.exit_code) == (Verdict.CODE, 4)
    assert judgement.causes == (Cause.CHECK_FAILED,)


def test_an_app_that_raises_on_exactly_the_release_is_the_code() -> None:
    judgement = verdict_of(Looked(raised=(PageLook(raised=Raised("ValueError", "no such budget")),)))
    assert (judgement.verdict, judgement.causes) == (Verdict.CODE, (Cause.APP_RAISES,))


def test_an_old_file_at_the_edge_is_stale() -> None:
    judgement = verdict_of(Looked(edge=(finding(Layer.EDGE, path="static/logo.svg"),)))
    assert (judgement.verdict, judgement.causes) == (Verdict.STALE, (Cause.STALE_EDGE,))
    assert [one.path for one in judgement.findings] == ["static/logo.svg"]


def test_nothing_is_proven_before_the_pages_were_looked_at() -> None:
    policy = Policy(settle=0, grace=0, assumed=False, looks=True)
    waiting = judge(Evidence(expected(), (FRESH,)), policy, 2.0)
    assert (waiting.verdict, waiting.final, waiting.to_look) == (Verdict.UNPROVEN, False, True)
    assert judge(Evidence(expected(), (FRESH,), looked=Looked()), policy, 2.0).verdict is Verdict.PROVEN


def test_failing_checks_do_not_make_a_stale_app_the_code_s_fault() -> None:
    failed = Looked(checks=(CheckResult("revenue", passed=False, expected="1", found="2"),))
    judgement = judge(Evidence(expected(), (OLD_DISK,), looked=failed), POLICY, 2.0)
    assert judgement.verdict is Verdict.STALE
    assert judgement.cause is Cause.STALE_FILE


def test_a_page_that_could_not_be_seen_is_nobody_s_fault() -> None:
    unseen = CheckResult("no exception", passed=False, expected="none", found="it broke off", unseen=True)
    judgement = verdict_of(Looked(checks=(unseen,)))
    assert (judgement.verdict, judgement.exit_code, judgement.causes) == (Verdict.UNPROVEN, 3, ())
    assert "it broke off" in judgement.detail


def test_an_edge_of_which_nothing_is_known_is_not_proven() -> None:
    judgement = verdict_of(Looked(edge=(FileFinding(None, Layer.EDGE, FileState.UNRECORDED),)))
    assert (judgement.verdict, judgement.causes) == (Verdict.UNPROVEN, (Cause.UNRECORDED,))
