"""The time that a stamp bears, read from an option or from ``SOURCE_DATE_EPOCH``."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from freshboot.errors import FreshbootError

# datetime.fromisoformat() reads more in each Python version; a stamp must not depend on which one made it.
_ISO = re.compile(
    r"(?P<date>\d{4}-?\d\d-?\d\d)[T ](?P<time>\d\d:?\d\d:?\d\d)(?:[.,]\d+)?"
    r" ?(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class TimeError(FreshbootError):
    """A time cannot be read, or leaves open when it is."""


def parse_time(text: str) -> datetime:
    """Read ISO 8601 with a zone (``2026-11-21T20:43:00Z``, also as a stamp writes it), or seconds since 1970.

    The answer is in UTC, in whole seconds; a fraction is dropped.

    :raises TimeError: it is neither, has no zone, or lies before 1970.
    """
    text = text.strip()
    try:
        at = _EPOCH + timedelta(seconds=int(text)) if re.fullmatch(r"-?[0-9]{1,15}", text) else _iso(text)
        at = at.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise TimeError(
            f"{text[:60]!r} is not a time", "write it as 2026-11-21T20:43:00Z, or as seconds since 1970"
        ) from None
    if at < _EPOCH:
        raise TimeError(f"{text[:60]!r} lies before 1970", "give the time of the deployment")
    return at


def _iso(text: str) -> datetime:
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError(text)
    if match["zone"] is None:
        raise TimeError(f"{text!r} has no zone", f"write {text}Z for UTC, or add an offset like +01:00")
    at = datetime.strptime(re.sub("[-:]", "", match["date"] + match["time"]), "%Y%m%d%H%M%S")
    return at.replace(tzinfo=_zone(match["zone"]))


def _zone(text: str) -> timezone:
    if text == "Z":
        return timezone.utc
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[3:].lstrip(":") or 0))
    return timezone(-offset if text[0] == "-" else offset)
