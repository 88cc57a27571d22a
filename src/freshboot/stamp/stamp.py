"""The stamp: the identity of one deployment, ``1.0.3+20261121T204300Z.g1a2b3c4.purple``.

What stands behind the ``+`` is SemVer's build metadata and PEP 440's local version at once, so that any tool
that reads versions reads a stamp.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from freshboot.stamp.version import VersionError, read_version

SOURCE_DIGITS = 7
# Dark enough, each in its own shade, for white text on it to have WCAG AA contrast.
COLOURS = (
    *("red", "orange", "brown", "olive", "green", "teal"),
    *("blue", "navy", "indigo", "purple", "magenta", "slate"),
)
# What a stamp looks like in a text; whether it is one, parse_stamp() decides.
STAMP_FORM = r"[0-9]+\.[0-9]+\.[0-9]+[-.0-9a-z]*\+[0-9]{8}T[0-9]{6}Z\.g[0-9a-f]{7}\.[a-z]+"

_STAMP = re.compile(
    r"(?P<version>[-.0-9a-z]+)\+(?P<at>[0-9]{8}T[0-9]{6}Z)\.g(?P<source>[0-9a-f]{7})\.(?P<colour>[a-z]+)"
)


@dataclass(frozen=True)
class Stamp:
    """One deployment: version, time (UTC, whole seconds), source commit (its first 7 digits), badge's colour.

    :raises ValueError: a part has another form; a stamp that exists can be written and read back.
    """

    version: str
    at: datetime
    source: str
    colour: str

    def __post_init__(self) -> None:
        try:
            normal = read_version(self.version)
        except VersionError as error:
            raise ValueError(error.message) from None
        if normal != self.version:
            raise ValueError(f"{self.version!r} is not a stamp's version, {normal!r} would be")
        if self.at.utcoffset() != timedelta(0) or self.at.microsecond:
            raise ValueError(f"{self.at!r} is not in UTC and whole seconds")
        if not re.fullmatch(rf"[0-9a-f]{{{SOURCE_DIGITS}}}", self.source):
            raise ValueError(f"{self.source!r} is not the first {SOURCE_DIGITS} digits of a commit")
        if not re.fullmatch(r"[a-z]+", self.colour):
            raise ValueError(f"{self.colour!r} is not a plain word")

    def __str__(self) -> str:
        # isoformat() pads the year, which strftime() leaves to the platform.
        time = self.at.isoformat()[:19].replace("-", "").replace(":", "")
        return f"{self.version}+{time}Z.g{self.source}.{self.colour}"


def parse_stamp(text: str) -> Stamp | None:
    """Read a stamp; None if the text is anything else. ``str()`` of the result is the text again.

    Any plain word is taken for a colour: a later freshboot may have more of them.
    """
    match = _STAMP.fullmatch(text)
    if match is None:
        return None
    try:
        at = datetime.strptime(match["at"], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
        return Stamp(match["version"], at, match["source"], match["colour"])
    except ValueError:
        return None


def next_stamp(version: str, at: datetime, source: str, previous: Stamp | None) -> Stamp:
    """The stamp of this version, time and source commit; ``previous`` itself if it is of the very same.

    The colour follows from time and source alone, but that it is never the previous stamp's. ``at`` has a
    zone; parts of a second are dropped. ``source`` may be the whole commit id.
    """
    at = at.astimezone(timezone.utc).replace(microsecond=0)
    source = source[:SOURCE_DIGITS]
    if previous is not None and (previous.version, previous.at, previous.source) == (version, at, source):
        return previous
    first = hashlib.sha256(f"{at.isoformat()} {source}".encode()).digest()[0] % len(COLOURS)
    colour = COLOURS[first]
    if previous is not None and colour == previous.colour:
        colour = COLOURS[(first + 1) % len(COLOURS)]
    return Stamp(version, at, source, colour)
