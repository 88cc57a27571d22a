"""The same with real Streamlit servers."""

from __future__ import annotations

from tests.histories.counts import LEAST_PROVEN
from tests.histories.searches import real_search

_HISTORIES = 20


def test_no_history_of_a_real_server_ends_with_a_false_word(tell) -> None:  # noqa: ANN001  # see conftest.py
    counts = real_search(_HISTORIES, first=0)
    tell(f"with real servers: {counts}")
    assert not counts.failure, counts.failure
    assert counts.histories == _HISTORIES
    assert counts.proven >= LEAST_PROVEN, "it would show nothing if little was proven"
