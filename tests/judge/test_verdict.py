"""From observations to a verdict: replicas, settling, grace, and what is never said."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from freshboot.judge.causes import Cause
from freshboot.judge.evidence import (
    Absence,
    Evidence,
    FileFinding,
    FileState,
    Observation,
    Origin,
    Reading,
)
from freshboot.judge.outcome import Tally, tally
from freshboot.judge.verdict import MISSES, SAMPLES, Judgement, Policy, Verdict, judge, live_processes
from freshboot.proof import Layer
from tests.judge.processes import expected

POLICY = Policy(settle=10, grace=60, assumed=False)
ORIGIN = Origin("b" * 40, 1)
STALE_FILE = Reading((FileFinding("calc.py", Layer.DISK, FileState.STALE, ORIGIN),))
STALE_MODULE = Reading((FileFinding("calc.py", Layer.MEMORY, FileState.STALE, ORIGIN),))
NOT_APPLIED = Reading(STALE_FILE.findings, live=ORIGIN)


def evidence(observations: Sequence[Observation]) -> Evidence:
    return Evidence(expected(), tuple(observations))


def fresh(at: float, boot_id: str = "one", commit: str = "release") -> Observation:
    return Observation(at, boot_id, Reading(), commit, superseding=commit != "release")


def found(at: float, reading: Reading, boot_id: str = "one") -> Observation:
    return Observation(at, boot_id, reading, "release")


def silent(at: float, absence: Absence = Absence.DOWN) -> Observation:
    return Observation(at, absence=absence)


def at_the_last(*observations: Observation, policy: Policy = POLICY, over: bool = False) -> Judgement:
    return judge(evidence(observations), policy, observations[-1].at, over=over)


def test_proven_after_the_settle_window() -> None:
    judgement = at_the_last(fresh(1), fresh(6), fresh(11))
    assert (judgement.verdict, judgement.final, judgement.exit_code) == (Verdict.PROVEN, True, 0)


def test_not_proven_before_the_settle_window_is_over() -> None:
    judgement = at_the_last(fresh(1), fresh(10.9))
    assert (judgement.verdict, judgement.final) == (Verdict.UNPROVEN, False)


def test_time_that_passes_without_an_answer_does_not_settle() -> None:
    assert judge(evidence([fresh(1)]), POLICY, 500).verdict is Verdict.UNPROVEN


def test_time_over_within_the_settle_window_is_unproven() -> None:
    judgement = at_the_last(fresh(1), fresh(5), over=True)
    assert (judgement.verdict, judgement.final, judgement.exit_code) == (Verdict.UNPROVEN, True, 3)


def test_an_old_answer_begins_the_settle_window_anew() -> None:
    assert at_the_last(fresh(1), found(8, STALE_MODULE), fresh(9), fresh(12)).verdict is Verdict.UNPROVEN


def test_an_outage_begins_the_settle_window_anew() -> None:
    assert at_the_last(fresh(1), silent(8), fresh(9), fresh(12)).verdict is Verdict.UNPROVEN


def test_superseded_by_a_later_commit() -> None:
    judgement = at_the_last(fresh(1, commit="later"), fresh(11, commit="later"))
    assert (judgement.verdict, judgement.exit_code) == (Verdict.SUPERSEDED, 0)


def test_a_change_from_the_release_to_a_later_commit_settles_anew() -> None:
    assert at_the_last(fresh(1), fresh(5, commit="later"), fresh(11, commit="later")).verdict is (
        Verdict.UNPROVEN
    )


def test_stale_after_the_grace_time_without_a_change() -> None:
    judgement = at_the_last(found(0, STALE_FILE), found(60, STALE_FILE))
    assert (judgement.verdict, judgement.cause, judgement.exit_code) == (
        Verdict.STALE,
        Cause.STALE_FILE,
        1,
    )


def test_not_stale_within_the_grace_time() -> None:
    judgement = at_the_last(found(0, STALE_FILE), found(59, STALE_FILE))
    assert (judgement.verdict, judgement.final) == (Verdict.UNPROVEN, False)


def test_changed_evidence_begins_the_grace_time_anew() -> None:
    assert not at_the_last(found(0, NOT_APPLIED), found(50, STALE_FILE), found(65, STALE_FILE)).final


def test_a_new_process_begins_the_grace_time_anew() -> None:
    assert not at_the_last(
        found(0, STALE_FILE), found(50, STALE_FILE, "two"), found(65, STALE_FILE, "two")
    ).final


def test_stale_evidence_is_told_when_the_time_is_over() -> None:
    assert at_the_last(found(0, STALE_FILE), over=True).verdict is Verdict.STALE


def test_what_is_merely_unknown_is_unproven_and_never_stale() -> None:
    unknown = Reading((FileFinding(None, Layer.DISK, FileState.UNKNOWN),))
    judgement = at_the_last(found(0, unknown), found(100, unknown))
    assert (judgement.verdict, judgement.cause, judgement.final) == (
        Verdict.UNPROVEN,
        Cause.UNKNOWN_CODE,
        True,
    )


def test_a_disk_that_is_exactly_an_earlier_commit_was_not_applied() -> None:
    assert at_the_last(found(0, NOT_APPLIED), over=True).cause is Cause.NOT_APPLIED


def test_old_memory_over_a_new_disk_is_stale_modules() -> None:
    assert at_the_last(found(0, STALE_MODULE), over=True).cause is Cause.STALE_MODULES


def test_one_process_of_two_that_is_old_is_mixed() -> None:
    policy = Policy(settle=10, grace=60, replicas=2, assumed=False)
    judgement = at_the_last(fresh(0), found(1, STALE_FILE, "two"), policy=policy, over=True)
    assert (judgement.verdict, judgement.cause) == (Verdict.STALE, Cause.MIXED_REPLICAS)


def test_more_processes_than_expected_are_unproven() -> None:
    seen = [fresh(at, "one" if at % 2 else "two") for at in range(30)]
    assert at_the_last(*seen).verdict is Verdict.UNPROVEN


def test_fewer_processes_than_expected_are_unproven() -> None:
    assert (
        at_the_last(fresh(0), fresh(20), policy=Policy(settle=10, replicas=2, assumed=False)).verdict
        is Verdict.UNPROVEN
    )


def test_as_many_processes_as_expected_are_proven() -> None:
    seen = [fresh(at, "one" if at % 2 else "two") for at in range(30)]
    assert at_the_last(*seen, policy=Policy(settle=10, replicas=2, assumed=False)).verdict is Verdict.PROVEN


def test_a_process_seen_stale_bars_a_proof_until_enough_answers_missed_it() -> None:
    old = found(0, STALE_MODULE, "old")
    answers = [fresh(float(at), "new") for at in range(11, 11 + MISSES)]
    assert at_the_last(old, *answers[:-1]).verdict is Verdict.UNPROVEN
    assert at_the_last(old, *answers).verdict is Verdict.PROVEN


def test_outages_do_not_count_as_answers_that_missed_a_process() -> None:
    old = found(0, STALE_MODULE, "old")
    assert [one.boot_id for one in live_processes([old, *(silent(1) for _ in range(50))])] == ["old"]


def test_an_outage_after_fresh_answers_is_told_as_such() -> None:
    assert at_the_last(fresh(0), silent(5), over=True).cause is Cause.DOWN


def test_a_page_that_shows_the_stamp_is_seen_and_never_proven() -> None:
    shown = [Observation(at, absence=Absence.NO_AGENT, shows_stamp=True) for at in (0.0, 100.0)]
    judgement = at_the_last(*shown)
    assert (judgement.verdict, judgement.exit_code, judgement.final) == (Verdict.SEEN, 3, True)


def test_seen_is_enough_where_only_the_stamp_is_required() -> None:
    shown = [Observation(at, absence=Absence.NO_AGENT, shows_stamp=True) for at in (0.0, 100.0)]
    assert at_the_last(*shown, policy=Policy(accept_seen=True)).exit_code == 0


def test_an_app_without_an_agent_is_said_so_after_the_grace_time() -> None:
    judgement = at_the_last(silent(0, Absence.NO_AGENT), silent(60, Absence.NO_AGENT))
    assert (judgement.verdict, judgement.cause, judgement.final) == (Verdict.UNPROVEN, Cause.NO_AGENT, True)


def test_what_is_down_is_waited_for_to_the_end() -> None:
    seen = [silent(0), silent(500)]
    assert not at_the_last(*seen).final
    assert at_the_last(*seen, over=True).cause is Cause.DOWN


def test_what_is_asleep_is_waited_for_only_while_it_is_being_woken() -> None:
    seen = [silent(0, Absence.ASLEEP), silent(500, Absence.ASLEEP)]
    assert not at_the_last(*seen).final
    assert at_the_last(*seen, policy=Policy(wakes=False)).cause is Cause.ASLEEP


READINGS = st.sampled_from([Reading(), STALE_FILE, STALE_MODULE, NOT_APPLIED, Reading(barriers=("failed",))])
EVENTS = st.lists(
    st.tuples(st.floats(0.01, 20), st.sampled_from(["one", "two", None]), READINGS), max_size=60
)


@given(EVENTS, st.booleans())
def test_proven_only_if_every_answer_of_the_settle_window_was_fresh(
    events: list[tuple[float, str | None, Reading]], over: bool
) -> None:
    now, seen = 0.0, []
    for pause, boot_id, reading in events:
        now += pause
        seen.append(silent(now) if boot_id is None else found(now, reading, boot_id))
    if judge(evidence(seen), POLICY, now, over=over).verdict is not Verdict.PROVEN:
        return
    window = [one for one in seen if one.at >= seen[-1].at - POLICY.settle]
    assert all(one.fresh for one in window)
    assert len({one.boot_id for one in window}) == 1


def test_where_one_process_is_only_assumed_another_is_looked_for() -> None:
    """Twenty answers in a row without a newcomer."""
    policy = Policy(settle=10, grace=60)
    answers = [fresh(float(at)) for at in range(SAMPLES)]
    assert at_the_last(*answers[:-1], policy=policy).verdict is Verdict.UNPROVEN
    assert at_the_last(*answers, policy=policy).verdict is Verdict.PROVEN


def test_a_newcomer_is_more_than_was_assumed() -> None:
    answers = [fresh(float(at)) for at in range(SAMPLES - 1)]
    judgement = at_the_last(*answers, fresh(20, "two"), policy=Policy(settle=10, grace=60))
    assert (judgement.verdict, judgement.cause) == (Verdict.UNPROVEN, Cause.MIXED_REPLICAS)


def test_outages_and_flaps_are_counted() -> None:
    seen = [fresh(0), found(1, STALE_MODULE), silent(2), silent(3), fresh(4), fresh(5, "two"), silent(6)]
    assert tally(seen) == Tally(asked=7, answered=4, processes=2, flaps=1, outages=2)


def test_a_process_that_restarted_is_not_two_processes() -> None:
    policy = Policy(settle=3, grace=60, replicas=2, assumed=False)
    answers = [fresh(2.0 + at, "again") for at in range(6)]
    assert at_the_last(fresh(0), silent(1), *answers, policy=policy).verdict is Verdict.UNPROVEN


def test_nor_is_one_that_restarted_between_two_questions() -> None:
    policy = Policy(settle=3, grace=60, replicas=2, assumed=False)
    answers = [fresh(1.0 + at, "again") for at in range(6)]
    assert at_the_last(fresh(0, "one"), *answers, policy=policy).verdict is Verdict.UNPROVEN
