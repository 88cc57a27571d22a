"""What a wait says that it waits for, and for how long yet."""

from __future__ import annotations

import pytest

from freshboot.judge.evidence import FileFinding, FileState, Observation, Origin, Reading
from freshboot.proof import Layer
from tests.rollout.test_confirm import fresh, stale, wait_for

ON_DISK = Reading((FileFinding("calc.py", Layer.DISK, FileState.STALE, Origin("b" * 40, 1)),))


def behind(at: float) -> Observation:
    return Observation(at, "boot", ON_DISK, "release")


def then_fresh(before: Observation) -> object:
    return lambda at: fresh(at) if at > 20 else Observation(at, before.boot_id, before.reading, before.commit)


async def told(says: object) -> list[tuple[str, float]]:
    heard: list[tuple[str, float]] = []
    await wait_for(says, awaiting=lambda words, left: heard.append((words, left)))  # type: ignore[arg-type]
    return heard


def words(heard: list[tuple[str, float]]) -> list[str]:
    return list(dict.fromkeys(one for one, _ in heard))


@pytest.mark.parametrize(("before", "verb"), [(behind(0.0), "pull"), (stale(0.0), "run")])
async def test_says_what_comes_next_and_at_last_that_nothing_does(before: Observation, verb: str) -> None:
    assert words(await told(then_fresh(before))) == [
        "an answer of the app",
        f"the host to {verb} aaaaaaa",
        "aaaaaaa to stay fresh for 10 s",
        "",
    ]


async def test_the_time_that_is_left_runs_out() -> None:
    lefts = [left for one, left in await told(then_fresh(stale(0.0))) if one]
    assert lefts[0] == 300.0
    assert lefts == sorted(lefts, reverse=True)
    assert 265 < lefts[-1] < 275
