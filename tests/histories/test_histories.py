"""Random histories of an app: nothing is proven that is not so, and what is so is proven."""

from __future__ import annotations

from tests.histories.counts import LEAST_PROVEN, LEAST_STALE, Counts
from tests.histories.searches import search

_HISTORIES = 2_000


def test_no_history_ends_with_a_false_word(tell) -> None:  # noqa: ANN001  # see conftest.py
    counts = Counts()
    for counts in search(_HISTORIES, first=0):
        assert not counts.failure, counts.failure
    tell(str(counts))
    assert counts.histories == _HISTORIES
    assert counts.stale >= LEAST_STALE, "it would show nothing if little was stale"
    assert counts.proven >= LEAST_PROVEN, "it would show nothing if little was proven"
