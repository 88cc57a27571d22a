"""One line of a dependency file, and what all kinds of such files have in common."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

Read = Callable[[str], "bytes | None"]
"""The bytes of a file by its path from the root; None if there is none."""

MAX_FILE_BYTES = 2 * 1024 * 1024
"""A larger file is not read: no lock file of an app comes near it."""

_BLANKS = re.compile(r"""("[^"]*"|'[^']*')|\s+""")
_USER = re.compile(r"(?<=://)[^/?#\s]*@")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_NAMED = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\s*(?:$|[\[(<>=!~;@])")
_ARCHIVE = re.compile(r"[^\s@;]+\.(whl|zip|tar|tar\.gz|tgz|tar\.bz2|tar\.xz)", re.IGNORECASE)


class Unreadable(ValueError):
    """A dependency file, or a part of it, has a form that is not known here."""


class Sense(Enum):
    """What a line asks for, by what its text begins with."""

    REQUIREMENT = ""
    LOCAL = "./"  # a folder or an archive of the repository itself, perhaps editable
    OPTION = "--"  # says where from, not what
    CONSTRAINT = "constraint: "  # binds only if it is installed
    CONDA = "conda: "
    UNCLEAR = "unclear: "  # cannot be judged


class Line(NamedTuple):
    """One normalised logical line. ``file`` is the file that it stands in, its path from the root."""

    file: str
    text: str

    @property
    def sense(self) -> Sense:
        """What it asks for."""
        text = self.text.removeprefix("-e ")
        if text == "." or text.startswith((".[", "./")):
            return Sense.LOCAL
        told = (Sense.OPTION, Sense.CONSTRAINT, Sense.CONDA, Sense.UNCLEAR)
        return next((sense for sense in told if text.startswith(sense.value)), Sense.REQUIREMENT)

    @property
    def asked(self) -> str:
        """The text without the word that tells its sense."""
        spoken = (Sense.CONSTRAINT, Sense.CONDA, Sense.UNCLEAR)
        return self.text.removeprefix(self.sense.value) if self.sense in spoken else self.text


def unclear(file: str, text: str = "the whole file") -> Line:
    """The line of something that cannot be judged."""
    return Line(file, Sense.UNCLEAR.value + without_user(text))


def requirement(file: str, text: str) -> Line:
    """The line of a requirement as PEP 508 has it, or of a URL alone; unclear if it is neither."""
    text = spaced(text)
    readable = "${" not in text and (is_url(text) or is_named(text))
    return Line(file, text) if readable else unclear(file, text)


def constraint(file: str, text: str) -> Line:
    """The line of what binds only if it is installed; it has neither extras nor a path."""
    line = requirement(file, text)
    if line.sense is not Sense.REQUIREMENT or is_url(line.text) or "[" in line.text.partition(";")[0]:
        return unclear(file, text)
    return Line(file, Sense.CONSTRAINT.value + line.text)


def local(file: str, path: str, *, editable: bool, extras: tuple[str, ...] = ()) -> Line:
    """The line of a folder or an archive of the repository, by its path from the root."""
    wanted = f"[{','.join(extras)}]" if extras else ""
    return Line(file, ("-e " if editable else "") + ("." if path == "." else f"./{path}") + wanted)


def spaced(text: str) -> str:
    """The text with single blanks (but for what is quoted), and without users and passwords."""
    return without_user(_BLANKS.sub(lambda found: found[1] or " ", text)).strip()


def without_user(url: str) -> str:
    """The text without the user and the password of the URLs in it."""
    return _USER.sub("", url)


def normal(name: str) -> str:
    """The one form of a distribution's or an extra's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def is_url(text: str) -> bool:
    """Whether it begins as a URL."""
    return _URL.match(text) is not None


def is_named(text: str) -> bool:
    """Whether it begins with a distribution's name."""
    return _NAMED.match(text) is not None and not is_archive(text)


def is_archive(path: str) -> bool:
    """Whether it is the name of a wheel or of packed sources."""
    return _ARCHIVE.fullmatch(path) is not None


def inside(folder: str, target: str) -> str | None:
    """A path from the root; None if it leads out of it, or to what git keeps for itself."""
    if not target or is_url(target) or posixpath.isabs(target) or target.startswith(("~", "file:")):
        return None
    path = posixpath.normpath(posixpath.join(folder, target))
    outside = path == ".." or path.startswith("../") or "${" in path
    return None if outside or ".git" in path.split("/") else path


def content(read: Read, file: str) -> bytes:
    """The file's bytes.

    :raises Unreadable: there is no such file, or it is too large.
    """
    data = read(file)
    if data is None or len(data) > MAX_FILE_BYTES:
        raise Unreadable(file)
    return data
