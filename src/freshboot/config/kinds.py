"""The kinds of values that keys take: how one is read, described in JSON Schema, and told to a person.

A kind's reader and its schema stand side by side, and accept and refuse the same values. A reader raises
Wrong; its words do not name the key.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Generic, TypeVar

from freshboot.config.words import AUTO, BY_NAME, NAMES_OF_LAYERS, REMEDIES, STAMP
from freshboot.config.wrong import Fault, Wrong, right_words, wrong

T = TypeVar("T")
Schema = Mapping[str, Any]

_DURATION = r"^ *([0-9]{1,9}(\.[0-9]{1,9})?) *(ms|s|m|h|) *$"
_SECONDS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "h": 3600.0}
_LONGEST_DURATION = 1e8
"""Seconds, about three years: whatever is longer is no wait."""
_NO_TIME = r"^ *0+(\.0+)? *(ms|s|m|h|) *$"
_NOT_BLANK = r"\S"
_ADDRESS = r"^\s*[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#@]+([/?#]\S*)?\s*$"
_BRANCH = (
    r"^\s*(?![-./])(?!\S*(\.\.|@\{|//|/\.))(?!\S*(\.lock|\.|/)(/|\s*$))"
    r"[^\s\x00-\x1f\x7f~^:?*\[\\]+\s*$"
)
"""What git takes for the name of a branch."""
_LONGEST_SHOWN = 60


class Kind(Generic[T]):
    """What values a key takes."""

    def __init__(
        self, read: Callable[[object], T], schema: Callable[[], Schema], tell: Callable[[T], str] = str
    ) -> None:
        self.read = read
        """The value as the program uses it, from what a document says; raises Wrong."""
        self.schema = schema
        """What a document may say, in JSON Schema."""
        self.tell = tell
        """A value as one would write it."""


def shown(value: object) -> str:
    """A value as errors quote it: short, and as YAML would say it."""
    words = str(value).lower() if isinstance(value, bool) else repr(value)
    return words if len(words) <= _LONGEST_SHOWN else words[: _LONGEST_SHOWN - 1] + "…"


def seconds_of(value: object) -> float:
    """A duration in seconds: ``90s``, ``10m``, ``1.5h``; a bare number is seconds."""
    seconds = float("nan")
    if isinstance(value, str) and (match := re.search(_DURATION, value)):
        seconds = float(match[1]) * _SECONDS[match[3]]
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        seconds = float(value) if abs(value) <= _LONGEST_DURATION else math.inf
    if not 0 <= seconds < math.inf:
        raise wrong(f"{shown(value)} is not a duration", "write it as 90s, 10m or 1h")
    return seconds


def words_of_seconds(seconds: float) -> str:
    """A duration as one would write it, in the largest unit that leaves a whole number."""
    for unit in ("h", "m", "s"):
        if seconds and seconds % _SECONDS[unit] == 0:
            return f"{seconds / _SECONDS[unit]:.0f}{unit}"
    return f"{seconds:g}s"


def _text(value: object) -> str:
    if not isinstance(value, str) or not re.search(_NOT_BLANK, value):
        raise wrong(f"{shown(value)} is not a text", "put it in quotation marks")
    return value.strip()


def _address(value: object) -> str:
    text = _text(value)
    from freshboot.hosts.address import Address, AddressError  # only where there is one

    try:
        Address.parse(text)
    except AddressError as error:
        raise wrong(error.message, error.remedy) from None
    return text


def _branch(value: object) -> str:
    text = _text(value)
    if not re.search(_BRANCH, text):
        raise wrong(f"{shown(text)} is no name of a branch", "write it as git branch shows it")
    return text


def _marks(value: object) -> tuple[str, ...]:
    """Places that a stamp can be written into, whether they are there or not."""
    names = _texts(value)
    if faults := [fault for number, name in enumerate(names) for fault in _faults_of_mark(number, name)]:
        raise Wrong(*faults)
    return names


def _faults_of_mark(number: int, name: str) -> tuple[Fault, ...]:
    from freshboot.errors import FreshbootError
    from freshboot.stamp.kinds import possible_marks  # only where there are some: it costs start-up time

    try:
        possible_marks(name, None)
    except FreshbootError as error:
        return (Fault(error.message, error.remedy, (number,)),)
    return ()


def _wait(value: object) -> float:
    seconds = seconds_of(value)
    if not seconds:
        raise wrong("0 is no time to wait", "write it as 90s, 10m or 1h")
    return seconds


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(one, str) and one for one in value):
        raise wrong(f"{shown(value)} is not a list of texts", "write [one, two]")
    return tuple(value)


def _reasons(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise wrong(f"{shown(value)} is not a mapping", "write one name: why in a line")
    for name, why in value.items():
        if not isinstance(name, str) or not isinstance(why, str) or not re.search(_NOT_BLANK, why):
            raise wrong(f"{shown(name)} has no reason", "write why behind the colon")
    return {name: why.strip() for name, why in value.items()}


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise wrong(f"{shown(value)} is neither true nor false", "write true or false")
    return value


def _count(value: object) -> int:
    # In JSON 2.0 is a whole number.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 1 or value % 1:
        raise wrong(f"{shown(value)} is not a whole number of at least 1", "write 1 or more")
    return int(value)


def one_of(*words: str) -> Kind[str]:
    """One word out of a few."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise _not_among([value], words)
        return value

    return Kind(read, lambda: {"enum": list(words)})


def some_of(*words: str) -> Kind[tuple[str, ...]]:
    """A list of words out of a few; a word that comes twice counts once."""
    return Kind(partial(_some, words), lambda: {"type": "array", "items": {"enum": list(words)}}, ", ".join)


def _some(words: tuple[str, ...], value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise wrong(f"{shown(value)} is not a list", f"write [{', '.join(words)}], or some of it")
    if strange := [one for one in value if not isinstance(one, str) or one not in words]:
        raise _not_among(strange, words)
    return tuple(dict.fromkeys(value))


def _not_among(strange: list[Any], words: tuple[str, ...]) -> Wrong:
    named = ", ".join(map(shown, strange[:3])) + (", …" if strange[3:] else "")
    return wrong(f"{named} is not among {', '.join(words)}", right_words(strange, words, "use"))


def _split(value: object) -> object:
    return [one.strip(" ") for one in value.split(",")] if isinstance(value, str) else value


def _with_commas(words: tuple[str, ...]) -> Schema:
    """A text that is one word or several with commas."""
    one = f" *({'|'.join(words)}) *"
    return {"type": "string", "pattern": f"^{one}(,{one})*$"}


def layers_of(value: object) -> tuple[str, ...]:
    """The layers that must be proven, a list or words with commas; ``stamp`` stands alone."""
    layers = _some((*NAMES_OF_LAYERS, STAMP), _split(value))
    if not layers:
        raise wrong("it names no layer", f"name some of {', '.join(NAMES_OF_LAYERS)}, or {STAMP}")
    if STAMP in layers and len(layers) > 1:
        raise wrong("stamp stands alone", "a shown stamp proves no layer: name one or the other")
    return layers


def _schema_of_layers() -> Schema:
    ways = (NAMES_OF_LAYERS, (STAMP,))
    lists = [{"type": "array", "minItems": 1, "items": {"enum": list(words)}} for words in ways]
    return {"anyOf": [*lists, *map(_with_commas, ways)]}


def remedies_of(value: object) -> tuple[str, ...]:
    """Which remedies may be applied: a list or words with commas, or ``auto``."""
    named = _split(value)
    if named == [AUTO]:
        return tuple(one for one in REMEDIES if one not in BY_NAME)
    return _some(REMEDIES, named)


def _schema_of_remedies() -> Schema:
    words = {"type": "array", "items": {"enum": list(REMEDIES)}}
    return {"anyOf": [words, {"const": [AUTO]}, _with_commas(REMEDIES), _with_commas((AUTO,))]}


TEXT = Kind(_text, lambda: {"type": "string", "pattern": _NOT_BLANK})
ADDRESS = Kind(_address, lambda: {"type": "string", "pattern": _ADDRESS})
BRANCH = Kind(_branch, lambda: {"type": "string", "pattern": _BRANCH})
MARKS = Kind(
    _marks,
    lambda: {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}},
    ", ".join,
)
REASONS = Kind(
    _reasons,
    lambda: {"type": "object", "additionalProperties": {"type": "string", "pattern": _NOT_BLANK}},
    ", ".join,
)
SWITCH = Kind(_switch, lambda: {"type": "boolean"}, lambda value: str(value).lower())
COUNT = Kind(_count, lambda: {"type": "integer", "minimum": 1})
DURATION = Kind(
    seconds_of,
    lambda: {
        "anyOf": [
            {"type": "string", "pattern": _DURATION},
            {"type": "number", "minimum": 0, "maximum": _LONGEST_DURATION},
        ]
    },
    words_of_seconds,
)
WAIT = Kind(
    _wait,
    lambda: {
        "anyOf": [
            {"type": "string", "pattern": _DURATION, "not": {"pattern": _NO_TIME}},
            {"type": "number", "exclusiveMinimum": 0, "maximum": _LONGEST_DURATION},
        ]
    },
    words_of_seconds,
)
SOME_LAYERS = Kind(layers_of, _schema_of_layers, ", ".join)
SOME_REMEDIES = Kind(remedies_of, _schema_of_remedies, ", ".join)
