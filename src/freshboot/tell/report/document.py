"""A story in JSON's own types (schema ``report-v1``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from freshboot.tell.report.story import Story

SCHEMA = "report-v1"
_LEFT_OUT = frozenset({"result", "facts", "pictures", "log"})


def to_document(story: Story) -> dict[str, Any]:
    """Everything that the report tells, under the names that :class:`Story` has for it."""
    told = {one.name: _plain(getattr(story, one.name)) for one in fields(story) if one.name not in _LEFT_OUT}
    facts, result = story.facts, story.result
    return {
        "schema": SCHEMA,
        **told,
        "app": facts.app,
        "repository": facts.repository,
        "branch": facts.branch,
        "entrypoint": facts.entrypoint,
        "checks": _plain(result.checks) if result else [],
        "requirements": _plain(result.requirements) if result else [],
        "events": [{"t": at, "event": words} for at, words in result.events] if result else [],
        "log": list(story.log),
        "screenshots": [
            {"name": one.name, "type": one.media_type, "bytes": len(one.data)} for one in story.pictures
        ],
    }


def _plain(value: object) -> Any:
    """The value in JSON's own types: times in ISO 8601, words in place of enumerations."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, frozenset)):
        return [_plain(one) for one in value]
    return value
