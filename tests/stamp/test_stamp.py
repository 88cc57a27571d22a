from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from freshboot.stamp.stamp import COLOURS, STAMP_FORM, Stamp, next_stamp, parse_stamp
from tests.stamp.samples import AT, NEW, OLD, SOURCE
from tests.stamp.test_version import SEMVER, versions

times = st.datetimes(datetime(1970, 1, 1), timezones=st.just(timezone.utc))
sources = st.text("0123456789abcdef", min_size=7, max_size=64)


@st.composite
def stamps(draw: st.DrawFn) -> Stamp:
    from freshboot.stamp.version import read_version

    return next_stamp(read_version(draw(versions)), draw(times), draw(sources), None)


def test_reads_as_version_time_source_and_colour() -> None:
    assert str(NEW) == "1.0.3+20261121T204300Z.g1a2b3c4.purple"


@given(stamps())
def test_is_valid_semver_and_valid_pep_440(stamp: Stamp) -> None:
    match = SEMVER.fullmatch(str(stamp))
    assert match is not None
    assert match[5] == str(stamp).partition("+")[2]
    read = Version(str(stamp))
    assert read.public == Version(stamp.version).public
    assert read.local is not None


@given(stamps())
def test_is_read_back_as_it_was_written(stamp: Stamp) -> None:
    import re

    assert parse_stamp(str(stamp)) == stamp
    assert re.fullmatch(STAMP_FORM, str(stamp))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.0.3",
        "1.0+20261121T204300Z.g1a2b3c4.purple",
        "1.0.3+20261321T204300Z.g1a2b3c4.purple",
        "1.0.3+20261121T204300.g1a2b3c4.purple",
        "1.0.3+20261121T204300Z.1a2b3c4.purple",
        "1.0.3+20261121T204300Z.g1A2B3C4.purple",
        "1.0.3+20261121T204300Z.g1a2b3c4d.purple",
        "1.0.3+20261121T204300Z.g1a2b3c4",
        "1.0.3+20261121T204300Z.g1a2b3c4.purple\n",
        "1.0.3-x+20261121T204300Z.g1a2b3c4.purple",
        "1.0.3+\u0662\u0660261121T204300Z.g1a2b3c4.purple",
    ],
)
def test_other_texts_are_no_stamps(text: str) -> None:
    assert parse_stamp(text) is None


def test_a_colour_that_is_not_ours_is_still_a_stamps() -> None:
    read = parse_stamp("1.0.3+20261121T204300Z.g1a2b3c4.vermilion")
    assert read is not None
    assert read.colour == "vermilion"


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": "1.0"},
        {"version": "purple"},
        {"at": datetime(2026, 11, 21)},
        {"at": AT.astimezone(timezone(timedelta(hours=1)))},
        {"at": AT.replace(microsecond=1)},
        {"source": "1a2b3c"},
        {"source": "1a2b3cg"},
        {"colour": "Purple"},
    ],
)
def test_refuses_a_part_of_another_form(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="is not"):
        replace(NEW, **wrong)  # type: ignore[arg-type]


def test_the_year_is_padded() -> None:
    assert "+09991121T" in str(replace(NEW, at=AT.replace(year=999)))


def test_there_are_a_dozen_plain_colours() -> None:
    assert len(set(COLOURS)) == 12
    assert all(colour.isalpha() and colour.islower() and colour.isascii() for colour in COLOURS)


@given(times, sources, st.sampled_from(COLOURS))
def test_the_next_colour_is_never_the_previous_one(at: datetime, source: str, colour: str) -> None:
    previous = replace(OLD, colour=colour)
    assert next_stamp("1.0.3", at, source, previous).colour != colour


@given(times, sources)
def test_the_same_time_and_source_make_the_same_stamp(at: datetime, source: str) -> None:
    here, there = at, at.astimezone(timezone(timedelta(hours=-5)))
    assert next_stamp("1.0.3", here, source, OLD) == next_stamp("1.0.3", there, source[:7], OLD)


def test_every_colour_comes_up() -> None:
    drawn = {next_stamp("1.0.0", AT + timedelta(seconds=n), SOURCE, None).colour for n in range(500)}
    assert drawn == set(COLOURS)


def test_a_stamp_of_the_very_same_push_is_returned_unchanged() -> None:
    assert next_stamp(NEW.version, AT.replace(microsecond=999), SOURCE + "ffff", NEW) is NEW


def test_another_version_makes_another_stamp() -> None:
    stamp = next_stamp("1.0.4", AT, SOURCE, NEW)
    assert (stamp.version, stamp.at, stamp.source) == ("1.0.4", AT, SOURCE)
    assert stamp.colour != NEW.colour
