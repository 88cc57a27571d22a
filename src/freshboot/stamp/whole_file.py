"""The mark that is a whole small file, such as ``DEPLOYMENT_VERSION`` at the root."""

from __future__ import annotations

import re
from dataclasses import dataclass

from freshboot.stamp.mark import MarkRefused, refuse_wide
from freshboot.stamp.stamp import Stamp

_ONE_WORD = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*?(?P<value>[^ \t\r\n]*)[ \t\r\n]*")


@dataclass(frozen=True)
class WholeFile:
    """A file that holds one word, the stamp, and is made if it is absent. What surrounds the word is kept."""

    path: str
    name: str = "file"

    def value(self, data: bytes | None) -> str | None:
        """See :class:`~freshboot.stamp.mark.Mark`."""
        found = self._find(data or b"")["value"]
        return found.decode("utf-8", "replace") or None

    def place(self, data: bytes | None, stamp: Stamp) -> bytes:
        """Replace the word, or make the file: the stamp and a line ending."""
        data = data or b"\n"
        start, end = self._find(data).span("value")
        return data[:start] + str(stamp).encode() + data[end:]

    def verify(self, before: bytes | None, after: bytes) -> None:
        """Nothing but the word may differ, and that is all there is."""

    def _find(self, data: bytes) -> re.Match[bytes]:
        refuse_wide(self, data)
        found = _ONE_WORD.fullmatch(data)
        if found is None:
            raise MarkRefused(
                self.path, self.name, "it holds more than one word", "leave only the version in it"
            )
        return found
