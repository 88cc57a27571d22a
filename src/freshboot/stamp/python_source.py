"""A Python file's bytes and text at once: from a place in its syntax tree to a place in the file."""

from __future__ import annotations

import codecs
import io
import re
import tokenize

_LINE_END = re.compile(r"\r\n|\r|\n")


class PythonSource:
    """The text of a Python file, and where in its bytes each character stands.

    :raises ValueError: (SyntaxError where it is declared wrongly) it cannot be decoded.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._skipped = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
        # tokenize takes only the newline for a line end, the parser a carriage return too.
        readline = io.BytesIO(re.sub(rb"\r\n?", b"\n", data)).readline
        self.encoding = tokenize.detect_encoding(readline)[0].replace("-sig", "")
        self.text = data[self._skipped :].decode(self.encoding)
        self._lines = [0, *(end.end() for end in _LINE_END.finditer(self.text))]

    def index(self, line: int, column: int) -> int:
        """A character's index, from a line (the first is 1) and a column in bytes of UTF-8, as in ``ast``."""
        start = self._lines[line - 1]
        # A character is never longer than its UTF-8.
        return start + len(self.text[start : start + column].encode()[:column].decode())

    def offset(self, index: int) -> int:
        """The place in the file of the character at an index.

        :raises ValueError: the encoding writes the same text in more than one way, and this file in another.
        """
        before = self.text[:index].encode(self.encoding)
        end = self._skipped + len(before)
        if self._data[self._skipped : end] != before:
            raise ValueError(f"{self.encoding} writes the same text in more than one way")
        return end
