"""The published schema and the reader accept and refuse the same documents."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from jsonschema import Draft202012Validator

from freshboot.config import KEYS, Config
from freshboot.config.reading import faults_of
from freshboot.config.schema import schema, schema_text

PUBLISHED = Path(__file__).parents[2] / "docs" / "freshboot.schema.json"
VALIDATOR = Draft202012Validator(schema())
BEYOND = re.compile(
    "is not a regular expression|cannot be compared as a number|is below zero"
    "|a check named .* already|the same place twice|is not shorter than"
    "|is no host's name|wrong port or wrong brackets|port 0 is no port|is no IPv6 address|control characters"
    "|cannot be a mark|is not a file below the root|control character in its name|git's own folder"
)
"""What a schema cannot say."""

WORDS = some.sampled_from(
    [
        *("disk", "memory", "edge", "stamp", "auto", "session", "issue", "status", "api", "nudge", "branch"),
        *("same-branch", "disk,edge", "stamp,stamp", "stamp,disk", "auto,nudge"),
        *("https://x.example", " HTTP://x/a ", "https://a@x", "https://", "ftp://x", "x.example"),
        *("main", " a/b ", "a..b", "a.lock", "-x", "@", "a b", "a/", "Pipfile", "a.bin", "app.py:VERSION"),
        *("10m", "1.5h", "0s", "-1s", "90", "1e3", "s"),
    ]
)
SCALARS = some.one_of(
    WORDS,
    some.text(max_size=4),
    some.sampled_from(["", " ", "\n", " 10m ", "10m\n", " auto", "disk, edge", "disk ,", "0" * 12]),
    some.none(),
    some.booleans(),
    some.integers(-2, 3),
    some.floats(allow_nan=False, allow_infinity=False),
    some.sampled_from([-0.0, 2.0, 1e8, 2e8, 0.5]),
)
VALUES = SCALARS | some.lists(SCALARS, max_size=3) | some.dictionaries(WORDS, SCALARS, max_size=1)
NUMBERS = some.sampled_from(
    ["5", "1%", "-5", "5m", "90 s", "0", "0.0 h", "1m\n", "five", 5, -5, 0, 0.0, -0.0, 1e6, 0.001]
)
PLACES = some.fixed_dictionaries(
    {"metric": some.sampled_from(["Total", "Revenue"])},
    optional={"page": some.sampled_from(["Report", "", "/", " "]), "delta": SCALARS, "odd": SCALARS},
)
PATHS = some.sampled_from(
    ["tests/live", "tests/../..", "..", "/etc", "-x", " ~a", "a\\b", "a::t", "a/..::t", "a..b/c", "", 5, None]
)
VARIABLES = some.lists(
    some.sampled_from(["LOGIN", "login_2", "2LOGIN", "GitHub_TOKEN", "gh_token", "A\n", "", 1]), max_size=2
)
SUBJECTS = {
    **dict.fromkeys(("text", "absent", "metric", "delta"), SCALARS),
    **dict.fromkeys(("matches", "no_match"), some.sampled_from(["a+", "(", "v\\d", "", 5, "x" * 1001])),
    "exceptions": some.sampled_from(["allowed", "none", True]),
    "pytest": PATHS,
}
DETAILS = {
    "name": some.sampled_from(["one", "two", " ", 3]),
    "page": some.sampled_from(["Report", "", "/", " ", 0, None]),
    "equals": NUMBERS,
    "agrees_with": PLACES | SCALARS,
    "within": NUMBERS,
    "decimal": some.sampled_from([".", ",", ";", 1]),
    "env": VARIABLES | SCALARS,
    "metrics": SCALARS,
}


GOOD: list[dict[str, object]] = [
    {"text": "Budget"},
    {"page": "Report", "matches": "v"},
    {"page": "Report", "metric": "Revenue", "equals": "£23,399,235", "within": 1000},
    {"metric": "Total", "agrees_with": {"page": "Report", "matches": "a+"}, "within": "1%"},
    {"delta": "Margin", "equals": "12,5 %", "decimal": ","},
    {"exceptions": "allowed"},
    {"pytest": "tests/live", "within": "5m", "env": ["LOGIN"]},
]


@some.composite
def entries(draw: some.DrawFn) -> Any:
    """An entry of ``checks:`` with a key or two added or changed, and perhaps one left out."""
    entry = dict(draw(some.sampled_from(GOOD)))
    for key in draw(some.lists(some.sampled_from(sorted({**SUBJECTS, **DETAILS})), max_size=2)):
        entry[key] = draw({**SUBJECTS, **DETAILS}[key])
    entry.pop(draw(some.sampled_from([*DETAILS, "text"])), None)
    return entry


def agree(document: object) -> bool:
    """Whether both take the document, or neither; what no schema can say is not asked of it."""
    faults = faults_of(document)
    if any(BEYOND.search(one.message) for one in faults):
        return True
    return VALIDATOR.is_valid(document) == (not faults)


@settings(max_examples=20, deadline=None)
@given(some.data())
@pytest.mark.parametrize("key", [*KEYS, "unknown"])
def test_schema_and_reader_agree_on_the_values_of(key: str, data: some.DataObject) -> None:
    document = {key: data.draw(VALUES)}
    assert agree(document)


@settings(max_examples=200, deadline=None)
@given(some.lists(entries(), max_size=3) | some.lists(SCALARS, max_size=2))
def test_schema_and_reader_agree_on_checks(checks: list[Any]) -> None:
    document = {"checks": checks}
    assert agree(document)


@pytest.mark.parametrize("document", [None, {}, [], "text", 3, True])
def test_schema_and_reader_agree_on_whole_documents(document: object) -> None:
    assert agree(document)


@pytest.mark.parametrize("key", KEYS)
def test_the_schema_tells_each_key_s_default_and_meaning(key: str) -> None:
    told = schema()["properties"][key]
    assert VALIDATOR.is_valid({key: told["default"]})
    read = KEYS[key].kind.read(told["default"]) if told["default"] is not None else None
    assert read == getattr(Config(), key)
    assert told["description"]
    assert "](" not in told["description"]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


def test_the_published_schema_is_that_of_the_code() -> None:
    assert PUBLISHED.read_text("utf-8") == schema_text(), (
        "write it anew: freshboot config schema > docs/freshboot.schema.json"
    )


def test_the_schema_s_patterns_mean_the_same_to_other_languages() -> None:
    python_only = re.compile(r"\\[AZz]|\(\?P|\(\?[aiLmsux]")
    assert not python_only.search(json.dumps(schema()).replace("\\\\", "\\"))
