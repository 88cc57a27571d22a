"""The configuration: one small file, every key optional, and one table of keys with their defaults."""

from __future__ import annotations

from freshboot.config.keys import KEYS, Config
from freshboot.config.reading import (
    Document,
    checked,
    from_bytes,
    from_mapping,
    load,
    parse_duration,
    parse_remedies,
    parse_require,
    read,
)
from freshboot.config.words import (
    AUTO,
    BY_NAME,
    CONFIG_FILE,
    DEPLOY_BRANCH,
    HOSTS,
    LAYERS,
    MOVE,
    NAMES_OF_LAYERS,
    ON_GITHUB,
    PULL_REQUEST,
    REMEDIES,
    RENAME,
    SAME_BRANCH,
    STAMP,
    WAYS,
    WAYS_TO_PUBLISH,
)
from freshboot.config.wrong import nearest

__all__ = [
    "AUTO",
    "BY_NAME",
    "CONFIG_FILE",
    "DEPLOY_BRANCH",
    "HOSTS",
    "KEYS",
    "LAYERS",
    "MOVE",
    "NAMES_OF_LAYERS",
    "ON_GITHUB",
    "PULL_REQUEST",
    "REMEDIES",
    "RENAME",
    "SAME_BRANCH",
    "STAMP",
    "WAYS",
    "WAYS_TO_PUBLISH",
    "Config",
    "Document",
    "checked",
    "from_bytes",
    "from_mapping",
    "load",
    "nearest",
    "parse_duration",
    "parse_remedies",
    "parse_require",
    "read",
]
