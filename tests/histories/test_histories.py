"""Random histories of an app: nothing is proven that is not so, and what is so is proven."""

from __future__ import annotations

import pytest

from tests.histories.counts import LEAST_PROVEN, LEAST_STALE, Counts
from tests.histories.faults import FAULTS
from tests.histories.searches import one_search, real_search, search

_HISTORIES = 2_000
_FEW = 100
_OF_REAL_SERVERS = 20


@pytest.mark.soak
def test_no_history_ends_with_a_false_word(tell) -> None:  # noqa: ANN001  # see conftest.py
    counts = Counts()
    for counts in search(_HISTORIES, first=0):
        assert not counts.failure, counts.failure
    tell(str(counts))
    assert counts.histories == _HISTORIES
    assert counts.stale >= LEAST_STALE, "it would show nothing if little was stale"
    assert counts.proven >= LEAST_PROVEN, "it would show nothing if little was proven"


def test_no_history_of_a_few_ends_with_a_false_word(tell) -> None:  # noqa: ANN001  # see conftest.py
    counts = Counts()
    for counts in search(_FEW, first=0):
        assert not counts.failure, counts.failure
    tell(str(counts))
    assert counts.histories == _FEW


@pytest.mark.soak
def test_no_history_of_a_real_server_ends_with_a_false_word(tell) -> None:  # noqa: ANN001  # see conftest.py
    counts = real_search(_OF_REAL_SERVERS, first=0)
    tell(f"with real servers: {counts}")
    assert not counts.failure, counts.failure
    assert counts.histories == _OF_REAL_SERVERS
    assert counts.proven >= LEAST_PROVEN, "it would show nothing if little was proven"


@pytest.mark.soak
def test_the_first_page_of_an_app_is_not_proven_before_a_restart() -> None:
    counts = real_search(1, 0, "--first-page")
    assert counts.false_proven == 0


def test_the_corpus_shows_nothing_false() -> None:
    counts = one_search(0, 0)
    assert not counts.failure, counts.failure
    assert counts.exact_and_proven, "what proves nothing is found by it"


@pytest.mark.soak
@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_planted_fault_is_found(fault: str) -> None:
    counts = one_search(0, 0, f"--fault={fault}")
    wrong = counts.false_proven + counts.wrong_commits == 1
    assert wrong or not counts.exact_and_proven, counts.failure or "it was not found"
