"""``config``: what holds and where it comes from, and the schema of the file."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap
from typing import Any, NamedTuple

from freshboot.commands.given import document_of, given, open_repository
from freshboot.commands.printed import print_json, print_text
from freshboot.config import KEYS, Document
from freshboot.repository.git import redact

_SCHEMA = "config-v1"
_HEADS = ("key", "value", "from")
_WIDEST_VALUE = 36
_LONGEST_VALUE = 2000


class Origin(NamedTuple):
    """Where a value comes from: ``default``, ``file``, ``environment`` or ``flag``, and which one."""

    kind: str
    name: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.name}:{self.line}" if self.line else self.name
        return place or self.kind


def config_show(origins: Mapping[str, tuple[str, str]], **options: Any) -> int:
    """Tell each key's value and where it comes from.

    :param origins: for what was given on the command line or in the environment: which of them, and its name
    """
    repository, config = open_repository(options)
    document = document_of(repository, options)
    came = {key: _origin(key, origins, document, options) for key in KEYS}
    values = {key: _without_secrets(getattr(config, key)) for key in KEYS}
    if options["as_json"]:
        told = [{"name": key, "value": values[key], "from": came[key]._asdict()} for key in KEYS]
        print_json({"schema": _SCHEMA, "file": document.file, "keys": told})
    else:
        print_text("".join(f"{row}\n" for row in _table(values, came)))
    return 0


def config_schema() -> int:
    """Print the JSON Schema of the configuration."""
    from freshboot.config.schema import schema_text

    print_text(schema_text())
    return 0


def _origin(
    key: str, origins: Mapping[str, tuple[str, str]], document: Document, options: Mapping[str, Any]
) -> Origin:
    if key in origins and key in given(options):
        return Origin(*origins[key])
    if key in document.lines:
        return Origin("file", document.file, document.lines[key])
    return Origin("default")


def _without_secrets(value: Any) -> Any:
    """The value as JSON has it; an address may carry a password, and so may what a check looks for."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {str(key): _without_secrets(one) for key, one in value.items()}
    return [_without_secrets(one) for one in value] if isinstance(value, (list, tuple)) else value


def _table(values: Mapping[str, Any], came: Mapping[str, Origin]) -> list[str]:
    from freshboot.tell.safe import line

    rows = [_HEADS]
    for key, value in values.items():
        told = line(KEYS[key].tell(value if value != [] else None).replace("`", ""), _LONGEST_VALUE)
        first, *more = wrap(told, _WIDEST_VALUE) or [""]
        rows += [(key, first, line(str(came[key]))), *(("", one, "") for one in more)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
