"""What a session showed."""

from __future__ import annotations

from typing import NamedTuple


class Shown(NamedTuple):
    """What one session showed: its texts, and the type of the exception that ended it, if one did."""

    texts: tuple[str, ...]
    exception: str | None = None
