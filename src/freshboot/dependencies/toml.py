"""TOML, with whichever reader is there."""

from __future__ import annotations

import importlib
from typing import Any

from freshboot.dependencies.line import Unreadable

_READERS = ("tomllib", "tomli", "toml")


def tables(data: bytes) -> dict[str, Any]:
    """The tables of a TOML file.

    Python before 3.11 has no reader of its own; Streamlit before 1.66 brings ``toml``.

    :raises ValueError: it cannot be read, or nothing here can read TOML.
    """
    for name in _READERS:
        try:
            reader = importlib.import_module(name)
        except ImportError:
            continue
        found: dict[str, Any] = reader.loads(data.decode())
        return found
    raise Unreadable("nothing here can read TOML")
