"""Faults that are planted into the real code are found by the histories of the corpus."""

from __future__ import annotations

import pytest

from tests.histories.faults import FAULTS
from tests.histories.misjudgements import MISJUDGEMENTS
from tests.histories.searches import faults_found, one_search

_FAULTS = sorted({**FAULTS, **MISJUDGEMENTS})


def test_without_a_fault_nothing_false_is_found() -> None:
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
