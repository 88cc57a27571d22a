"""One line of the ledger: written the same way always, read with patience, never with an error."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freshboot.ledger.attempt import Attempt, moment, new_id, written
from tests.ledger.attempts import A, attempt, result

WHOLE = attempt(
    remedy="rebuild",
    does="stamp requirements.txt, which wins on the host, and push it",
    changed=("requirements.txt", "pages/über\udcff.py"),
    pushed="2026-03-04T05:00:00Z",
    trigger="manual",
    reason="one\ntwo",
    run_url="https://github.com/o/r/actions/runs/1",
    result=result("stale", "stale-file", "a.py", timing={"detected_s": None, "settled_s": 1.5}),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def test_what_is_written_is_read_again() -> None:
    assert Attempt.from_json(WHOLE.to_json()) == WHOLE


def test_it_is_one_line_of_ascii() -> None:
    assert WHOLE.to_json().isascii()
    assert "\n" not in WHOLE.to_json()


def test_a_line_names_its_schema() -> None:
    assert json.loads(WHOLE.to_json())["schema"] == "attempt-v1"


def test_unknown_keys_do_not_matter() -> None:
    line = json.dumps({**json.loads(WHOLE.to_json()), "weather": "fine"})
    assert Attempt.from_json(line) == WHOLE


def test_what_may_be_left_out_has_a_default() -> None:
    told = json.loads(attempt(took=None).to_json())
    least = {key: told[key] for key in ("schema", "id", "rollout", "number", "commit", "source", "stamp")}
    read = Attempt.from_json(json.dumps({**least, "branch": "main", "began": told["began"]}))
    assert read is not None
    assert (read.remedy, read.changed, read.ended, read.result) == (None, (), None, None)


@pytest.mark.parametrize("key", ["id", "rollout", "number", "commit", "source", "stamp", "branch", "began"])
def test_a_line_without_what_it_must_have_cannot_be_read(key: str) -> None:
    told = json.loads(WHOLE.to_json())
    del told[key]
    assert Attempt.from_json(json.dumps(told)) is None


@pytest.mark.parametrize("key", [one.name for one in fields(Attempt)])
def test_every_value_is_looked_at(key: str) -> None:
    told = {**json.loads(WHOLE.to_json()), key: 1.5}
    assert Attempt.from_json(json.dumps(told)) is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("commit", "--upload-pack=x"),
        ("source", A[:7]),
        ("number", 0),
        ("number", True),
        ("began", "yesterday"),
        ("ended", "2026-03-04T05:00:00"),
        ("pushed", "0001-01-01T00:00:00+23:00"),
        *((key, "9999-12-31T23:59:59Z") for key in ("began", "pushed", "ended")),
        ("began", "1970-01-01T00:00:00Z"),
        *((key, "\ud800") for key in ("id", "rollout", "stamp", "branch", "trigger", "run_url", "app")),
        ("remedy", "\ud800"),
        *((key, "a" * 65) for key in ("id", "rollout")),
        ("changed", ["a.py", 1]),
        ("schema", "attempt-v2"),
    ],
)
def test_a_wrong_value_makes_a_line_unreadable(key: str, value: object) -> None:
    assert Attempt.from_json(json.dumps({**json.loads(WHOLE.to_json()), key: value})) is None


@pytest.mark.parametrize("line", ["", "{", "[]", "null", '"x"', "[" * 100_000, '{"a":' + "9" * 5000 + "}"])
def test_what_is_no_object_cannot_be_read(line: str) -> None:
    assert Attempt.from_json(line) is None


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from([one.name for one in fields(Attempt)]), JSON, max_size=3))
def test_whatever_a_line_says_is_read_or_not_but_never_an_error(odd: dict[str, Any]) -> None:
    read = Attempt.from_json(json.dumps({**json.loads(WHOLE.to_json()), **odd}))
    assert read is None or Attempt.from_json(read.to_json()) == read or "NaN" in read.to_json()


def test_it_tells_its_verdict_and_its_cause() -> None:
    assert (WHOLE.verdict, WHOLE.cause) == ("stale", "stale-file")


@pytest.mark.parametrize("told", [None, {}, {"verdict": ["proven"], "cause": 1}])
def test_without_an_outcome_there_is_no_verdict(told: dict[str, Any] | None) -> None:
    one = replace(WHOLE, result=told)
    assert (one.verdict, one.cause) == (None, None)


def test_it_tells_the_project_s_own_version() -> None:
    assert WHOLE.version == "1.0.3"


def test_a_time_is_written_in_utc_to_the_second() -> None:
    summer = datetime(2026, 7, 1, 1, 2, 3, 999, tzinfo=timezone(timedelta(hours=2)))
    assert written(summer) == "2026-06-30T23:02:03Z"
    assert moment(written(summer)) == summer.replace(microsecond=0)


def test_ids_are_32_hexadecimal_digits_and_differ() -> None:
    one, other = new_id(), new_id()
    assert len(one) == 32
    assert int(one, 16) != int(other, 16)
