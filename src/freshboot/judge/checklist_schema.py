"""What the list of checks may say, in JSON Schema, from the same words and patterns that it is read by.

Four things are beyond a schema: that a pattern is a regular expression, that a text can be compared as a
number, that no two checks have the same name, and that a place is not compared with itself.
"""

from __future__ import annotations

from typing import Any

from freshboot.judge import checklist as read

Schema = dict[str, Any]

_TEXT: Schema = {"anyOf": [{"type": "string", "pattern": r"\S"}, {"type": "number"}]}
_PATTERN: Schema = {"anyOf": [{**_TEXT["anyOf"][0], "maxLength": read.LONGEST_PATTERN}, {"type": "number"}]}
_PAGE: Schema = {"anyOf": [{"const": ""}, *_TEXT["anyOf"]]}
_WITHIN: Schema = {"anyOf": [_TEXT["anyOf"][0], {"type": "number", "minimum": 0}]}
_NONE = r"^[\s0.]*[smh]?\s*$"
_DURATION: Schema = {
    "anyOf": [
        {"type": "string", "pattern": read.DURATION.pattern, "not": {"pattern": _NONE}},
        {"type": "number", "exclusiveMinimum": 0, "maximum": read.LONGEST_DURATION},
    ]
}
_COMPARING: Schema = {"within": _WITHIN, "decimal": {"enum": [".", ","]}}


def schema() -> Schema:
    """The list that stands under ``checks:``."""
    return {"type": "array", "maxItems": read.MOST_CHECKS, "items": {"anyOf": _entries()}}


def _entries() -> list[Schema]:
    """One for each form that an entry may have."""
    compared = [
        _entry({value: _subject(value), key: how, **_COMPARING}, value, key)
        for value in read.VALUES
        for key, how in (("equals", _TEXT), ("agrees_with", _other()))
    ]
    return [
        *(_entry({key: _subject(key)}, key) for key in read.SHOWN),
        *compared,
        _entry({"exceptions": {"const": "allowed"}}, "exceptions"),
        _tests(),
    ]


def _entry(keys: Schema, *required: str) -> Schema:
    return _object({"name": _TEXT, "page": _PAGE, **keys}, *required)


def _tests() -> Schema:
    path = {"type": "string", "pattern": r"\S", "not": {"pattern": read.NO_PATH.pattern}}
    kept_back = "|".join("".join(map(_either_case, one)) for one in read.KEPT_BACK)
    name = {"type": "string", "pattern": read.VARIABLE.pattern, "not": {"pattern": f"^({kept_back})"}}
    variables = {"type": "array", "items": name}
    return _object({"name": _TEXT, "pytest": path, "within": _DURATION, "env": variables}, "pytest")


def _either_case(letter: str) -> str:
    return f"[{letter}{letter.lower()}]" if letter.isalpha() else letter


def _other() -> Schema:
    places = [_object({"page": _PAGE, value: _subject(value)}, value) for value in read.VALUES]
    return {"anyOf": places}


def _subject(key: str) -> Schema:
    return _PATTERN if key in read.PATTERNS else _TEXT


def _object(keys: Schema, *required: str) -> Schema:
    return {
        "type": "object",
        "properties": keys,
        "required": list(required),
        "additionalProperties": False,
    }
