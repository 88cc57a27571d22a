"""The key ``checks``: entries that are read by whoever knows what they mean."""

from __future__ import annotations

from typing import Any

from freshboot.config.kinds import Kind
from freshboot.config.wrong import wrong


def _read(value: object) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise wrong("it is not a list", "write one check a line, as - text: Budget")
    return tuple(value)


def _tell(entries: tuple[Any, ...]) -> str:
    return f"{len(entries)} check{'s' if entries[1:] else ''}"


CHECKS: Kind[tuple[object, ...]] = Kind(_read, lambda: {"type": "array"}, _tell)
