"""The badge of what is live."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from freshboot.judge.causes import Cause
from freshboot.judge.evidence import FileState, Observation, Origin, Reading
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Judgement, Verdict
from freshboot.stamp.stamp import COLOURS, Stamp, next_stamp
from freshboot.stamp.when import parse_time
from freshboot.tell.badge import colour, shield
from tests.tell.outcomes import EXPECTED, FINDING, down, proven, stale

LATER = "1.0.4+20261122T204300Z.gffffff1.green"


def ending(verdict: Verdict, seen: Observation | None = None) -> Outcome:
    live = () if seen is None else (seen,)
    causes = (Cause.CHECK_FAILED,) if verdict is Verdict.CODE else ()
    return Outcome(Judgement(verdict, causes, True, live), EXPECTED, (), 1, None, None)


def test_is_what_shields_io_reads() -> None:
    told = shield(proven())
    assert json.loads(json.dumps(told)) == told
    assert told["schemaVersion"] == 1
    assert told["label"] == "live"
    assert told["cacheSeconds"] >= 300


def test_a_proven_release_is_named_by_version_and_source() -> None:
    assert shield(proven())["message"] == "1.0.3 (1a2b3c4)"
    assert shield(proven())["color"] == "brightgreen"


def test_a_release_without_a_stamp_is_named_by_its_commit() -> None:
    assert shield(replace(proven(), expected=replace(EXPECTED, stamp=None)))["message"] == "aaaaaaa"


def test_of_a_superseded_release_the_later_one_is_told() -> None:
    seen = Observation(2.0, "boot", Reading(), "f" * 40, superseding=True, stamp=LATER)
    assert shield(ending(Verdict.SUPERSEDED, seen))["message"] == "1.0.4 (ffffff1)"


def test_an_earlier_commit_is_told_as_such() -> None:
    reading = Reading((FINDING,), live=Origin("b" * 40, 3))
    told = shield(ending(Verdict.STALE, Observation(2.0, "boot", reading, EXPECTED.commit)))
    assert told["message"] == "bbbbbbb, 3 behind"
    assert told["color"] == "red"


def test_old_files_are_counted_and_doubtful_ones_are_not() -> None:
    doubtful = replace(FINDING, path="b.py", state=FileState.UNRECORDED)
    reading = Reading((FINDING, doubtful))
    assert shield(stale())["message"] == "1 old file"
    assert shield(ending(Verdict.STALE, Observation(2.0, "b", reading)))["message"] == "1 old file"


@pytest.mark.parametrize(
    "verdict", [one for one in Verdict if one not in (Verdict.PROVEN, Verdict.SUPERSEDED)]
)
def test_what_is_not_proven_is_never_green(verdict: Verdict) -> None:
    assert "green" not in shield(ending(verdict))["color"]
    assert shield(ending(verdict))["message"] != shield(proven())["message"]


def test_an_app_that_does_not_answer_is_unknown_with_the_cause() -> None:
    assert shield(down("refused"))["message"] == "unknown: down"


@pytest.mark.parametrize("word", COLOURS)
def test_a_stamp_s_colour_is_read_from_it(word: str) -> None:
    at = parse_time("2026-11-21T20:43:00Z")
    assert colour(str(Stamp("1.0.3", at, "1a2b3c4", word))) == word
    assert colour(str(next_stamp("1.0.3", at, "1a2b3c4", None))) in COLOURS


@pytest.mark.parametrize("text", [None, "", "purple", "1.0.3", "1.0.3+x.purple", f"{EXPECTED.stamp}\n"])
def test_what_is_no_stamp_has_no_colour(text: str | None) -> None:
    assert colour(text) is None
