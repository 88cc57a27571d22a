"""The JSON document of a wait."""

from __future__ import annotations

import json

from freshboot.tell.document import document
from tests.tell.outcomes import EXPECTED, down, proven, stale

KEYS = [
    "schema", "verdict", "cause", "exit_code", "expected", "live", "files", "requirements", "checks",
    "explanation", "next", "timing", "timeline", "limits", "causes", "commits", "raised", "counts",
    "remedies",
]  # fmt: skip


def test_has_the_members_of_the_schema_in_their_order() -> None:
    assert list(document(proven())) == KEYS
    assert document(proven())["schema"] == "confirm-v1"


def test_is_plain_json() -> None:
    for outcome in (proven(), stale(), down("refused")):
        assert json.loads(json.dumps(document(outcome))) == document(outcome)


def test_a_proven_release_is_what_is_live() -> None:
    told = document(proven())
    assert told["live"]["commit"] == EXPECTED.commit
    assert told["live"]["behind"] == 0
    assert told["files"] == []
    assert told["cause"] is None
    assert told["timing"] == {"detected_s": 2.0, "settled_s": 12.0}


def test_a_stale_file_is_named_with_its_commit() -> None:
    told = document(stale())
    assert told["files"] == [
        {"path": "calc.py", "layer": "disk", "state": "stale", "live_commit": "b" * 40, "behind": 3}
    ]
    assert told["live"]["commit"] is None
    assert told["live"]["replicas"][0]["verdict"] == "stale"


def test_the_live_stamp_is_null_when_no_answer_came() -> None:
    assert document(down("refused"))["live"] == {
        "commit": None,
        "stamp": None,
        "behind": None,
        "replicas": [],
    }


def test_control_characters_of_the_app_do_not_get_through() -> None:
    assert "\x1b" not in json.dumps(document(down("\x1b[2J")), ensure_ascii=False)
