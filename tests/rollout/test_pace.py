"""No more pushes in a minute than the host takes, and no wait that is not needed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freshboot.rollout.pace import MOST, WITHIN, pause

NOW = 1_800_000_000.0
GAPS = st.lists(st.floats(0, 90), max_size=25)


def pushes(gaps: list[float]) -> list[float]:
    """When pushes are made by somebody who wants to after each gap, and pauses first as told."""
    made: list[float] = []
    now = NOW
    for gap in gaps:
        now += gap
        now += pause(made, now)
        made.append(now)
    return made


@given(GAPS)
def test_never_are_there_more_than_five_within_a_minute(gaps: list[float]) -> None:
    made = pushes(gaps)
    for first, one_too_many in zip(made, made[MOST:], strict=False):
        assert one_too_many - first >= WITHIN - 1e-3


@given(GAPS)
def test_whoever_is_slow_enough_never_waits(gaps: list[float]) -> None:
    slow = [gap + WITHIN / MOST for gap in gaps]
    made = pushes(slow)
    assert made == pytest.approx([NOW + sum(slow[: number + 1]) for number in range(len(slow))])


@given(GAPS, st.randoms())
def test_the_order_in_which_they_are_told_does_not_matter(gaps: list[float], random: object) -> None:
    made = pushes(gaps)
    mixed = sorted(made, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert pause(mixed, NOW + 100) == pause(made, NOW + 100)


@given(GAPS)
def test_a_pause_is_as_long_as_needed_and_no_longer(gaps: list[float]) -> None:
    made = pushes(gaps)
    now = made[-1] if made else NOW
    seconds = pause(made, now)
    assert pause(made, now + seconds) <= 1e-3
    if seconds > 1e-3:
        assert pause(made, now + seconds / 2) > 0


@given(st.lists(st.floats(0, 1e9), min_size=MOST))
def test_a_clock_that_runs_ahead_stops_nobody_for_long(ahead: list[float]) -> None:
    """Another machine has written them."""
    assert 0 < pause([NOW + seconds for seconds in ahead], NOW) <= WITHIN


@pytest.mark.parametrize(("pushed", "seconds"), [(0, 0), (4, 0), (5, 60), (6, 60)])
def test_the_sixth_waits(pushed: int, seconds: float) -> None:
    assert pause([NOW] * pushed, NOW) == seconds
