"""What names a module in files that are no Python: nobody rewrites those, so that each bars the renaming."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from freshboot.renaming.texts import Subject
from freshboot.renaming.values import Use

_DOCUMENTS = re.compile(
    r"(?:.*/)?(?:docs?/.*|(?:README|CHANGELOG|CONTRIBUTING|LICEN[CS]E|NOTICE|AUTHORS|CODEOWNERS)[^/]*|[^/]*\.(?:md|rst|adoc))\Z",
    re.I,
)
_DEPENDENCIES = re.compile(
    r"(?:.*/)?(?:[\w.-]*requirements[\w.-]*\.(?:txt|in)|Pipfile|(?:uv|poetry|Pipfile)\.lock)\Z"
)
_SETTINGS = (
    ".toml",
    ".yml",
    ".yaml",
    ".ini",
    ".cfg",
    ".conf",
    ".sh",
    ".bash",
    ".bat",
    ".ps1",
    ".mk",
    ".service",
    ".env",
)
_PICKLES = (".pkl", ".pickle", ".joblib", ".dill", ".sav", ".pt", ".pth", ".model")
_PICKLED = re.compile(rb"\x80[\x02-\x05]")


def is_pickle(path: str) -> bool:
    """Whether a file is by its name one of pickled objects, which name their modules."""
    return path.endswith(_PICKLES)


def mentions(subject: Subject, path: str, data: bytes) -> Iterator[Use]:
    """The places of a file that may use the module. Documents only tell of it, and do not count."""
    if _DOCUMENTS.match(path) or _DEPENDENCIES.match(path) or subject.stem.encode() not in data:
        return
    if is_pickle(path) or _PICKLED.match(data):
        yield Use(path, 1, f"pickled objects that may be of {subject.stem}")
    elif b"\0" not in data[:8000]:
        lines = data.decode("utf-8", "surrogateescape").split("\n")
        for number, line in enumerate(lines, start=1):
            if subject.stem in line and (words := _mention(subject, path, line)):
                yield Use(path, number, f"{line.strip()[:100]} ({words})")


def _mention(subject: Subject, path: str, line: str) -> str:
    if found := subject.mention(path, line.replace('\\"', '"')):
        return found.words
    is_setting = path.endswith(_SETTINGS) or "." not in posixpath.basename(path).lstrip(".")
    word = rf"(?<![\w./-]){re.escape(subject.stem)}(?![\w/-]|\.\w)"
    return "a word that may be its name" if is_setting and re.search(word, line) else ""
