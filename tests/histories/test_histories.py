"""Random histories of an app: nothing is proven that is not so, and what is so is proven."""

from __future__ import annotations

import pytest

from tests.histories.counts import LEAST_PROVEN, LEAST_STALE, Counts
from tests.histories.faults import FAULTS
from tests.histories.searches import one_search, search

_HISTORIES = 2_000


@pytest.mark.slow
def test_no_history_ends_with_a_false_word(tell) -> None:  # noqa: ANN001  # see conftest.py
    counts = Counts()
    for counts in search(_HISTORIES, first=0):
        assert not counts.failure, counts.failure
    tell(str(counts))
    assert counts.histories == _HISTORIES
    assert counts.stale >= LEAST_STALE, "it would show nothing if little was stale"
    assert counts.proven >= LEAST_PROVEN, "it would show nothing if little was proven"


def test_the_corpus_shows_nothing_false() -> None:
    counts = one_search(0, 0)
    assert not counts.failure, counts.failure


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_planted_fault_is_found(fault: str) -> None:
    counts = one_search(0, 0, f"--fault={fault}")
    assert counts.false_proven + counts.wrong_commits == 1, counts.failure or "it was not found"
