"""Requirements files, as pip and uv read them."""

from __future__ import annotations

import codecs
import posixpath
import re
import shlex
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

from freshboot.dependencies import project
from freshboot.dependencies.line import (
    Line,
    Read,
    Unreadable,
    constraint,
    content,
    inside,
    is_named,
    is_url,
    requirement,
    spaced,
    unclear,
)
from freshboot.pip_lines import joined

_MOST_FILES = 100
_CODING = re.compile(rb"coding[:=]\s*([-\w.]+)")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

# They say where distributions may come from or which are allowed, not what is to be installed: a name and a
# version mean the same release wherever it is found. --no-binary is not among them: what is built here can
# be another thing than what was built elsewhere.
_HARMLESS = frozenset(
    {
        *("--index-url", "--extra-index-url", "--find-links", "--no-index", "--trusted-host", "--pre"),
        *("--prefer-binary", "--only-binary", "--require-hashes", "--use-feature"),
    }
)
# pip tells options by the blank before them: after a tab they are a part of the requirement.
_SWALLOWED = re.compile(r"[^\S ]-")
_ALONE = frozenset({"--no-index", "--pre", "--prefer-binary", "--require-hashes"})
_INCLUDES = frozenset({"--requirement", "--constraint"})
_SHORT = {
    "-r": "--requirement",
    "-c": "--constraint",
    "-e": "--editable",
    "-i": "--index-url",
    "-f": "--find-links",
}


def lines(read: Read, file: str) -> Iterator[Line]:
    """The lines of a requirements file and of all that it includes."""
    return _Reading(read).file(file, constrains=False)


def line(read: Read, file: str, text: str) -> Iterator[Line]:
    """What one logical line, standing in any file, asks for."""
    return _Reading(read).line(file, text, constrains=False)


def logical_lines(data: bytes) -> tuple[str, ...]:
    """The lines as pip joins them, comments gone; environment variables as they stand.

    :raises ValueError: the file cannot be decoded.
    :raises LookupError: nobody knows the encoding that it declares.
    """
    return joined(_decode(data))


def _decode(data: bytes) -> str:
    """As pip does it; where pip takes the machine's own encoding, that of every host there is."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding)
    declared = (_CODING.search(line) for line in data.split(b"\n")[:2] if line.startswith(b"#"))
    encoding = next((found[1].decode("ascii") for found in declared if found), "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some odd encodings warn of what they read
        return data.decode(encoding)


@dataclass(frozen=True)
class _Reading:
    """One look at a file and its includes; ``seen`` are those that were begun, so that a cycle ends."""

    read: Read
    seen: set[tuple[str, bool]] = field(default_factory=set)

    def file(self, file: str, *, constrains: bool) -> Iterator[Line]:
        if (file, constrains) in self.seen:
            return
        self.seen.add((file, constrains))
        try:
            if len(self.seen) > _MOST_FILES:
                raise Unreadable(file)
            logical = logical_lines(content(self.read, file))
        except (ValueError, LookupError):
            yield unclear(file)
            return
        for text in logical:
            yield from self.line(file, text, constrains=constrains)

    def line(self, file: str, text: str, *, constrains: bool) -> Iterator[Line]:
        try:
            asked, options = _split(text)
        except ValueError:
            yield unclear(file, spaced(text))
            return
        text = spaced(text)
        names = {name for name, _ in options}
        if asked and names <= {"--hash"}:
            yield from [constraint(file, asked)] if constrains else _asked(self.read, file, asked)
        elif not asked and names <= _HARMLESS:
            yield from (Line(file, f"{name} {value}".strip()) for name, value in options)
        elif not asked and len(options) == 1 and names <= _INCLUDES:
            yield from self.included(file, *options[0])
        elif not asked and len(options) == 1 and names == {"--editable"} and not constrains:
            yield from _editable(self.read, file, options[0][1])
        else:
            yield unclear(file, text)

    def included(self, file: str, option: str, target: str) -> Iterator[Line]:
        path = inside(posixpath.dirname(file), target)
        if path is None or self.read(path) is None:
            yield unclear(file, f"{option} {target}")
        else:
            yield from self.file(path, constrains=option == "--constraint")


def _split(text: str) -> tuple[str, list[tuple[str, str]]]:
    """What is asked for, and the options behind it, with their long names.

    :raises ValueError: the options cannot be told apart.
    """
    if _SWALLOWED.search(text):
        raise ValueError(text)
    words = spaced(text).split(" ")
    first = next((place for place, word in enumerate(words) if word.startswith("-")), len(words))
    options = []
    rest = iter(shlex.split(" ".join(words[first:])))
    for word in rest:
        name, equals, value = word.partition("=")
        if not word.startswith("--"):
            name, value = _SHORT.get(word[:2], word), word[2:]
            equals = value
        if not equals and name not in _ALONE:
            value = next(rest, "")
        options.append((name, value))
    return " ".join(words[:first]), options


def _asked(read: Read, file: str, text: str) -> Iterator[Line]:
    if is_url(text) or is_named(text):
        yield requirement(file, text)
    else:
        yield from project.lines(read, file, text, editable=False)


def _editable(read: Read, file: str, text: str) -> Iterator[Line]:
    if is_url(text):
        yield unclear(file, f"-e {text}")  # an editable checkout does not tell its commit
    else:
        yield from project.lines(read, file, text, editable=True)
