"""Which mark a name in the configuration's ``marks:`` stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from posixpath import basename, splitext

from freshboot.errors import FreshbootError
from freshboot.stamp.comment import Comment, Meaning, unread
from freshboot.stamp.constant import Constant
from freshboot.stamp.entrypoint import find_entrypoint
from freshboot.stamp.files import normal_path
from freshboot.stamp.mark import Mark, Read
from freshboot.stamp.requirements import requirement_lines
from freshboot.stamp.toml_values import document_values, streamlit_values
from freshboot.stamp.whole_file import WholeFile
from freshboot.stamp.yaml_events import yaml_events

DEPLOYMENT_VERSION = "DEPLOYMENT_VERSION"
# Streamlit reads the one at the root of the working directory; an empty one says nothing, so it may be made.
STREAMLIT_CONFIG = ".streamlit/config.toml"

_CONSTANT = re.compile(r"(?P<path>.+\.py):(?P<name>[^\W\d]\w*)")
_BY_NAME: dict[str, Meaning] = dict.fromkeys(
    ("Pipfile", "uv.lock", "poetry.lock", "pdm.lock"), document_values
)
_BY_SUFFIX: dict[str, Meaning] = {
    **dict.fromkeys((".txt", ".in"), requirement_lines),
    ".toml": document_values,
    **dict.fromkeys((".yml", ".yaml"), yaml_events),
    **dict.fromkeys((".cfg", ".ini", ".conf", ".env"), unread),
}


class MarkUnknown(FreshbootError):
    """A name in ``marks:`` stands for no kind of mark."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"{name} cannot be a mark: {reason}",
            f"name a file ({' '.join((*_BY_SUFFIX, *_BY_NAME))}), FILE.py:NAME or {DEPLOYMENT_VERSION}",
        )


def possible_marks(name: str, entrypoint: str | None) -> tuple[Mark, ...]:
    """The marks that a name may stand for, the preferred one first; without an entrypoint none in it.

    :raises MarkUnknown: there is no such kind.
    :raises PathRefused: it leads out of the root.
    """
    if name == DEPLOYMENT_VERSION:
        file = WholeFile(DEPLOYMENT_VERSION)
        return (
            (file,) if entrypoint is None else (Constant(normal_path(entrypoint), DEPLOYMENT_VERSION), file)
        )
    constant = _CONSTANT.fullmatch(name)
    if constant is not None:
        return (Constant(normal_path(constant["path"]), constant["name"]),)
    return (_comment(normal_path(name)),)


def choose_marks(read: Read, names: Iterable[str], entrypoint: str | None) -> tuple[Mark, ...]:
    """The mark that each name stands for in these files; a name that is there twice counts once.

    ``DEPLOYMENT_VERSION`` is the constant in the entrypoint if it is bound there, else the file of that name.
    The entrypoint is looked for only where it is needed.

    :raises FreshbootError: a name is unknown, leads out of the root, or the entrypoint cannot be told.
    """
    chosen: dict[Mark, None] = {}
    for name in names:
        where = find_entrypoint(read, entrypoint) if name == DEPLOYMENT_VERSION else None
        possible = possible_marks(name, where)
        there = (mark for mark in possible if mark.value(read(mark.path)) is not None)
        chosen[next(there, possible[-1])] = None
    return tuple(chosen)


def _comment(path: str) -> Comment:
    file = basename(path)
    if path == STREAMLIT_CONFIG:
        return Comment(path, streamlit_values, creates=True)
    if file == "packages.txt":
        raise MarkUnknown(path, "Community Cloud takes every word in it for a package, comments too")
    suffix = ".env" if file.startswith(".env") else splitext(file)[1]
    meaning = _BY_NAME.get(file) or _BY_SUFFIX.get(suffix)
    if meaning is None:
        raise MarkUnknown(path, "freshboot does not know its comments")
    return Comment(path, meaning)
