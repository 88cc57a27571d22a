"""The JSON Schema of the configuration, made from the same table of keys that reads it."""

from __future__ import annotations

import json
import re
from typing import Any

from freshboot.config.keys import KEYS, Key

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def schema() -> dict[str, Any]:
    """What ``.github/freshboot.yml`` may say."""
    return {
        "$schema": DRAFT,
        "title": "freshboot",
        "description": "How freshboot stamps, publishes and confirms; every key is optional.",
        "type": ["object", "null"],
        "properties": {name: _property(key) for name, key in KEYS.items()},
        "additionalProperties": False,
    }


def schema_text() -> str:
    """The schema as the file that is published."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _property(key: Key) -> dict[str, Any]:
    """A key that is there with no value is a key that is not there."""
    default = list(key.default) if isinstance(key.default, tuple) else key.default
    if isinstance(default, float):
        default = key.tell(default)
    return {
        "description": _LINK.sub(r"\1", key.meaning),
        "default": default,
        "anyOf": [key.kind.schema(), {"type": "null"}],
    }
