"""The mark in a text file: the line ``# freshboot: <stamp>``."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from freshboot.stamp.mark import MarkRefused, refuse_wide
from freshboot.stamp.stamp import STAMP_FORM, Stamp

# What a file means to those who read it, comparable with ==; ValueError says why it cannot be read.
Meaning = Callable[[bytes], object]

NOTE, MADE = b"(freshboot init)", b"(made by freshboot init)"
"""What `freshboot init` writes behind a line of its own, and behind the first line of a file of its own."""

# A stamp, whatever note follows it; or a version that stands alone (or before init's note), such as a stamp
# that somebody has cut. Other words behind the colon are somebody's own comment.
_MARK = re.compile(
    rb"(?:\A\xef\xbb\xbf|\A|(?<=[\r\n]))[ \t]*(?P<mark>#[ \t]*freshboot:[ \t]*(?P<value>"
    rb"%s(?=[ \t\r\n]|\Z)|[0-9][-+.0-9A-Za-z]*(?=[ \t]*(?:%s|%s)?[ \t]*(?:[\r\n]|\Z))))"
    % (STAMP_FORM.encode(), re.escape(NOTE), re.escape(MADE))
)
# PEP 263, in one of the first two lines. pip honours it in requirements files, editors do in all of them.
_CODING = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:[^\r\n]*(?:\r\n|\r|\n))??"
    rb"#[^\r\n]*?coding[:=][ \t]*[-\w.]+[^\r\n]*(?:\r\n|\r|\n|\Z)"
)


def unread(_data: bytes) -> object:
    """The meaning of a file in a format that freshboot does not know: each line of the mark's form is one."""
    return None


@dataclass(frozen=True)
class Comment:
    """The mark in a file with ``#`` comments.

    ``meaning`` reads the file, so that a stamp is never placed where it would change what the file means, and
    text that only looks like the mark (in a string of many lines) is left alone. ``creates`` tells whether an
    absent file may be made: not where its mere presence means something.
    """

    path: str
    meaning: Meaning = unread
    creates: bool = False
    name: str = "comment"

    def value(self, data: bytes | None) -> str | None:
        """See :class:`~freshboot.stamp.mark.Mark`."""
        found = None if data is None else self._find(data)
        return None if found is None else found["value"].decode("ascii")

    def place(self, data: bytes | None, stamp: Stamp) -> bytes:
        """Replace the mark from its ``#`` to its stamp's end, or insert it at the top."""
        if data is None and not self.creates:
            raise self._refusal(
                "there is no such file",
                "add the file, or name other marks in `marks:` of .github/freshboot.yml",
            )
        data = data or b""
        mark = f"# freshboot: {stamp}".encode()
        found = self._find(data)
        if found is None:
            return insert(data, mark)
        return data[: found.start("mark")] + mark + data[found.end("mark") :]

    def verify(self, before: bytes | None, after: bytes) -> None:
        """See :class:`~freshboot.stamp.mark.Mark`."""
        if self._read(before or b"") != self._read(after):
            raise self._refusal("it would change what the file says", "leave this file out of `marks:`")

    def _find(self, data: bytes) -> re.Match[bytes] | None:
        refuse_wide(self, data)
        found = [one for one in _MARK.finditer(data) if self._is_comment(data, one)]
        if len(found) > 1:
            lines = [data[: one.start("mark")].count(b"\n") + 1 for one in found]
            raise self._refusal(
                f"it is there {len(found)} times, in lines {', '.join(map(str, lines))}",
                "keep one of them",
                lines[1],
            )
        return found[0] if found else None

    def _is_comment(self, data: bytes, found: re.Match[bytes]) -> bool:
        """A comment can say something else without changing what the file means; a string cannot."""
        meaning, end = self._read(data), found.end("value")
        try:
            return meaning == _read(self.meaning, data[:end] + b"0" + data[end:])
        except ValueError:
            return False

    def _read(self, data: bytes) -> object:
        try:
            return _read(self.meaning, data)
        except ValueError as error:
            raise self._refusal(f"the file cannot be read: {error}", "mend the file") from None

    def _refusal(self, reason: str, remedy: str, line: int | None = None) -> MarkRefused:
        return MarkRefused(self.path, self.name, reason, remedy, line)


@lru_cache(maxsize=8)
def _read(meaning: Meaning, data: bytes) -> object:
    """Finding, placing and verifying ask for the meaning of the same bytes."""
    return meaning(data)


def insert(data: bytes, mark: bytes) -> bytes:
    """Put the mark into the first line that may hold it, with the file's own line ending."""
    ending = line_ending(data)
    coding = _CODING.match(data)
    at = coding.end() if coding else len(codecs.BOM_UTF8) * data.startswith(codecs.BOM_UTF8)
    cut_short = coding and not coding[0].endswith((b"\r", b"\n"))
    line = ending + mark if cut_short else mark + ending
    return data[:at] + line + data[at:]


def line_ending(data: bytes) -> bytes:
    """How the lines of a file end, by its first one; a newline where there is none."""
    found = re.search(rb"\r?\n", data) or re.search(rb"\r", data)
    return found[0] if found else b"\n"
