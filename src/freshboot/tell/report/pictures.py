"""Pictures for a report: told by their first bytes, and kept to a size; nothing else is let in."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

MOST_BYTES = 4_000_000
"""Of one picture, and MOST_PICTURES of them: a report stays a file that can be mailed."""
MOST_PICTURES = 6


@dataclass(frozen=True)
class Picture:
    """A picture: its name (that of the file, without folders), its type, and its bytes."""

    name: str
    media_type: str
    data: bytes = field(repr=False)

    @property
    def address(self) -> str:
        """The picture as an address of its own (``data:``)."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.data).decode('ascii')}"


def media_type(data: bytes) -> str | None:
    """The type of a PNG, JPEG or WebP by its first bytes; None for anything else, whatever its name says."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return None
