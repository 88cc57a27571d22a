"""Which dependency file wins, and that none of them, whatever it holds, breaks the reader."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freshboot.dependencies import Sense, candidates, lines, winning
from tests.dependencies.texts import read_of


def test_looks_in_the_entrypoints_folder_first() -> None:
    assert candidates("sub/app.py")[:6] == (
        *("sub/uv.lock", "sub/Pipfile", "sub/environment.yml", "sub/requirements.txt"),
        *("sub/pyproject.toml", "uv.lock"),
    )
    assert len(candidates("sub/app.py")) == 10
    assert len(candidates("app.py")) == 5


@pytest.mark.parametrize(
    ("there", "wins"),
    [
        ({"requirements.txt", "sub/pyproject.toml"}, "sub/pyproject.toml"),
        ({"requirements.txt", "pyproject.toml"}, "requirements.txt"),
        ({"requirements.txt", "uv.lock"}, "uv.lock"),
        ({"other/requirements.txt"}, None),
    ],
)
def test_the_first_file_there_is_wins(there: set[str], wins: str | None) -> None:
    assert winning(there.__contains__, "sub/app.py") == wins


def test_a_file_that_is_not_there_is_unclear() -> None:
    for file in candidates("app.py"):
        assert [line.sense for line in lines(lambda _: None, file)] == [Sense.UNCLEAR]


@settings(deadline=None)
@given(st.sampled_from(candidates("app.py")), st.binary(max_size=60))
def test_nothing_that_can_lie_there_raises(file: str, data: bytes) -> None:
    assert isinstance(lines(read_of({file: data}), file), tuple)
