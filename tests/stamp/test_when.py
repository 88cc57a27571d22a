from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freshboot.stamp.when import TimeError, parse_time
from tests.stamp.samples import AT


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T20:43:00Z",
        "2026-11-21 20:43:00Z",
        "20261121T204300Z",
        "2026-11-21T20:43:00.999999Z",
        "2026-11-21T21:43:00+01:00",
        "2026-11-21T21:43:00 +01",
        "2026-11-21T15:13:00-0530",
        " 1795293780\n",
    ],
)
def test_reads_a_time(text: str) -> None:
    at = parse_time(text)
    assert at == AT
    assert at.utcoffset() == timedelta(0)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(TimeError, match="has no zone"):
        parse_time("2026-11-21T20:43:00")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-11-21",
        "2026-13-21T20:43:00Z",
        "2026-11-21T20:43:00+25:00",
        "99999999999999",
        "9999-12-31T23:59:59-01:00",
        "1.5",
        "\u0661",
    ],
)
def test_refuses_what_is_no_time(text: str) -> None:
    with pytest.raises(TimeError, match="is not a time"):
        parse_time(text)


@pytest.mark.parametrize("text", ["-1", "1969-12-31T23:59:59Z"])
def test_refuses_a_time_before_1970(text: str) -> None:
    with pytest.raises(TimeError, match="before 1970"):
        parse_time(text)


@given(st.integers(0, 253402300799))
def test_reads_all_forms_of_a_time_alike(seconds: int) -> None:
    at = datetime.fromtimestamp(0, timezone.utc) + timedelta(seconds=seconds)
    assert parse_time(str(seconds)) == parse_time(at.isoformat()) == at
