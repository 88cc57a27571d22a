"""The version badge of a stamp, as the app shows it: its words and its colour."""

from __future__ import annotations

import re
from dataclasses import dataclass

_STAMP = re.compile(
    r"(?P<version>[0-9][-.0-9a-z]{0,80})\+(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"T(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})[0-9]{2}Z\.g(?P<source>[0-9a-f]{7})\.(?P<colour>[a-z]{1,20})"
)


@dataclass(frozen=True)
class Badge:
    """What ``freshboot.badge()`` shows for a stamp."""

    text: str
    colour: str


def badge(stamp: str) -> Badge | None:
    """The badge of a stamp; None where there is none, or it has another form."""
    parts = _STAMP.fullmatch(stamp)
    if parts is None:
        return None
    year, month, day, hour, minute = parts.group("year", "month", "day", "hour", "minute")
    return Badge(
        f"{parts['version']} · {year}-{month}-{day} {hour}:{minute} UTC · {parts['source']}", parts["colour"]
    )
