"""Options of an installer's command line that stand in a requirements file, and break every build from it.

pip says "no such option", uv "Unexpected '-'" (tests ask both). Whoever writes ``--force-reinstall`` there
wants everything installed anew, and gets nothing installed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from freshboot.dependencies.line import Read, inside
from freshboot.pip_lines import without_comment

REFUSED = frozenset(
    {
        *("--force-reinstall", "--ignore-installed", "-I", "--upgrade", "-U", "--upgrade-strategy"),
        *("--no-cache-dir", "--cache-dir", "--no-cache", "--reinstall", "--refresh", "--no-deps", "--user"),
        *("--target", "--prefix", "--no-build-isolation", "--no-compile", "--no-clean", "--dry-run"),
        *("--break-system-packages", "--ignore-requires-python", "--quiet", "-q", "--verbose", "-v"),
        *("--no-input", "--no-color", "--timeout", "--retries", "--root-user-action"),
        *("--disable-pip-version-check", "--no-warn-script-location"),
    }
)
"""Those of pip's and uv's command lines that neither of them takes in a file."""

_INCLUDE = re.compile(r"\s*(?:-r\s*|-c\s*|--requirement[=\s]\s*|--constraint[=\s]\s*)(?P<file>[^\s#]+)")
_MOST_FILES = 100


class Refused(NamedTuple):
    """One such option: its file, by its path from the root, and its line. ``alone``: the line can go."""

    file: str
    line: int
    option: str
    alone: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.option}"


def refused(read: Read, file: str) -> tuple[Refused, ...]:
    """All such options in a requirements file and what it includes; none in other dependency files."""
    if posixpath.splitext(file)[1] not in (".txt", ".in"):
        return ()
    seen: dict[str, tuple[Refused, ...]] = {}
    due = [file]
    while due and len(seen) < _MOST_FILES:
        path = due.pop(0)
        if path not in seen:
            text = _text(read(path))
            seen[path] = tuple(_of(path, text))
            due += [one for one in _included(path, text) if one is not None]
    return tuple(one for found in seen.values() for one in found)


def _text(data: bytes | None) -> list[str]:
    return (data or b"").decode("utf-8", "surrogateescape").splitlines()


def _of(file: str, lines: list[str]) -> Iterator[Refused]:
    for number, line in enumerate(lines, 1):
        words = without_comment(line).split()
        found = [word for word in words if word.partition("=")[0] in REFUSED]
        joined = line.endswith("\\") or (number > 1 and lines[number - 2].endswith("\\"))
        yield from (Refused(file, number, one, len(found) == len(words) and not joined) for one in found)


def _included(file: str, lines: list[str]) -> Iterator[str | None]:
    found = (_INCLUDE.match(line) for line in lines)
    return (inside(posixpath.dirname(file), one["file"]) for one in found if one)
