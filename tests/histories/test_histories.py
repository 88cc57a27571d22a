"""Random histories of an app: nothing is proven that is not so, and what is so is proven."""

from __future__ import annotations

import pytest

from tests.histories.counts import LEAST_PROVEN, LEAST_STALE, Counts
from tests.histories.faults import FAULTS
from tests.histories.misjudgements import MISJUDGEMENTS
from tests.histories.searches import faults_found, one_search, real_search, search

_HISTORIES = 2_000
_OF_REAL_SERVERS = 20
_FAULTS = sorted({**FAULTS, **MISJUDGEMENTS})


def test_no_history_ends_with_a_false_word(tell) -> None:  # noqa: ANN001  # see conftest.py
    counts = Counts()
    for counts in search(_HISTORIES, first=0):
        assert not counts.failure, counts.failure
    tell(str(counts))
    assert counts.histories == _HISTORIES
    assert counts.stale >= LEAST_STALE, "it would show nothing if little was stale"
    assert counts.proven >= LEAST_PROVEN, "it would show nothing if little was proven"


def test_no_history_of_a_real_server_ends_with_a_false_word(tell) -> None:  # noqa: ANN001  # see conftest.py
    counts = real_search(_OF_REAL_SERVERS, first=0)
    tell(f"with real servers: {counts}")
    assert not counts.failure, counts.failure
    assert counts.histories == _OF_REAL_SERVERS
    assert counts.proven >= LEAST_PROVEN, "it would show nothing if little was proven"


def test_the_corpus_shows_nothing_false() -> None:
    counts = one_search(0, 0)
    assert not counts.failure, counts.failure
    assert counts.exact_and_proven, "what proves nothing is found by it"


@pytest.fixture(scope="module")
def found() -> dict[str, str]:
    """How each planted fault was found."""
    return faults_found(_FAULTS)


@pytest.mark.parametrize("fault", _FAULTS)
def test_a_planted_fault_is_found(found: dict[str, str], fault: str) -> None:
    assert found[fault], "the real code is wrong, and no history shows it"
