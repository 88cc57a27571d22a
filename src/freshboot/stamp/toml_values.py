"""The values of a TOML file, as those see them who read it."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Callable
from datetime import date, time
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]

# What `toml` raises on files that it cannot read: its own error, or whatever happened to go wrong in it.
_PARSER_ERRORS = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


def parse_toml(data: bytes) -> dict[str, Any]:
    """The document as the standard library reads it.

    :raises ValueError: it is not valid TOML; the message says so, and in which line.
    """
    try:
        document: dict[str, Any] = tomllib.loads(_text(data))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"not valid TOML: {error}") from None
    except RecursionError:
        raise ValueError("nested too deeply to be read") from None
    return document


def document_values(data: bytes) -> object:
    """All values of a file that only standard parsers read, in a form that can be compared.

    :raises ValueError: it is not valid TOML.
    """
    return comparable(parse_toml(data))


def streamlit_values(data: bytes) -> object:
    """All values of Streamlit's configuration, as ``tomllib`` (from 1.66 on) and ``toml`` (before) read it.

    Where one of the two fails, its failure stands for the values.

    :raises ValueError: both fail, or Streamlit would not get as far as parsing it.
    """
    import toml  # only where there is such a file: it costs start-up time

    seen = tuple(_outcome(loads, _text(data)) for loads in (tomllib.loads, toml.loads))
    if all(isinstance(one, _Failure) for one in seen):
        parse_toml(data)
    return seen


class _Failure(tuple[str, str]):
    """A parser's failure: its kind and its words, without the place, which a new line moves."""

    __slots__ = ()


def _outcome(loads: Callable[[str], Any], text: str) -> object:
    try:
        return comparable(loads(text))
    except _PARSER_ERRORS as error:
        return _Failure((type(error).__name__, str(error).rsplit(" (", 1)[0]))


def _text(data: bytes) -> str:
    """Decode as Streamlit does: UTF-8, universal newlines, and a byte order mark is an error in line 1."""
    if data.startswith(codecs.BOM_UTF8):
        raise ValueError("not valid TOML: it begins with a byte order mark, save it without one (line 1)")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ValueError(f"not UTF-8, and so not valid TOML (line {line})") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def comparable(value: object) -> object:
    """The same value in a form in which NaN equals itself, and 1, 1.0 and true are three."""
    if isinstance(value, dict):
        return tuple((key, comparable(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return [comparable(item) for item in value]
    if isinstance(value, (date, time)):
        return type(value).__name__, value.isoformat()
    return type(value).__name__, repr(value)
