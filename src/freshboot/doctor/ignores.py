"""Findings that somebody wants to leave as they are: ``# freshboot: ignore[rule-name] reason``."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Collection, Iterator
from typing import NamedTuple

from freshboot.doctor.snapshot import Snapshot

_COMMENT = re.compile(r"#\s*freshboot:\s*ignore\[(?P<names>[^\]]*)\]\s*(?P<reason>.*)")
_BEHIND = re.compile(r"(?:^|\s)(#.*)$")
_FILES = re.compile(r"(?:\.txt|\.in|\.toml|\.ya?ml|(?:^|/)\.gitattributes|(?:^|/)Pipfile)\Z")
_MOST_BYTES = 1024 * 1024


class Ignore(NamedTuple):
    """One comment: the rules that it names, and why. ``alone``: it has its own line, and means the next."""

    path: str
    line: int
    names: tuple[str, ...]
    reason: str
    alone: bool

    def means(self, name: str, path: str | None, line: int | None) -> bool:
        """Whether it is for a finding there. One at a file's head is for findings in the whole file."""
        if name not in self.names or path != self.path:
            return False
        return line is None or line in (self.line, self.line + self.alone)


def ignores(snapshot: Snapshot, paths: Collection[str]) -> tuple[Ignore, ...]:
    """All of them in these files."""
    return tuple(one for path in sorted(paths) for one in _in(snapshot, path))


def _in(snapshot: Snapshot, path: str) -> Iterator[Ignore]:
    data = snapshot.read(path) or b""
    if b"freshboot:" not in data or len(data) > _MOST_BYTES:
        return
    comments = _python(data) if path.endswith(".py") else _plain(snapshot, path)
    for line, text, alone in comments:
        found = _COMMENT.match(text)
        if found:
            names = tuple(filter(None, (name.strip() for name in found["names"].split(","))))
            yield Ignore(path, line, names, found["reason"].strip(), alone)


def _plain(snapshot: Snapshot, path: str) -> Iterator[tuple[int, str, bool]]:
    if _FILES.search(path):
        for number, row in enumerate(snapshot.rows(path), 1):
            found = _BEHIND.search(row)
            if found and "freshboot:" in found[1]:
                yield number, found[1][found[1].index("#") :], row.lstrip().startswith("#")


def _python(data: bytes) -> Iterator[tuple[int, str, bool]]:
    """Comments alone: a text that shows how to ignore something ignores nothing."""
    try:
        for token in tokenize.tokenize(io.BytesIO(data).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string, token.line[: token.start[1]].strip() == ""
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError):
        return
