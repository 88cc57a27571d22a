"""The key ``checks``: entries that the judge reads, who knows what they mean."""

from __future__ import annotations

from typing import Any

from freshboot.config.kinds import Kind, Schema
from freshboot.config.wrong import Fault, Wrong, wrong


def _read(value: object) -> tuple[object, ...]:
    """The entries as they stand in the document, if each of them can be read."""
    if not isinstance(value, list):
        raise wrong("it is not a list", "write one check a line, as - text: Budget")
    if value:
        from freshboot.judge.checklist import faults_in  # only where there are some: it costs start-up time

        if found := faults_in(value):
            raise Wrong(*(Fault(one.message, one.remedy or "mend the entry", one.at) for one in found))
    return tuple(value)


def _schema() -> Schema:
    from freshboot.judge.checklist_schema import schema

    return schema()


def _tell(entries: tuple[Any, ...]) -> str:
    return f"{len(entries)} check{'s' if entries[1:] else ''}"


CHECKS: Kind[tuple[object, ...]] = Kind(_read, _schema, _tell)
