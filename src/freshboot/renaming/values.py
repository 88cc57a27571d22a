"""What a renaming is: the files that change, the uses that were found, and those that nobody can judge."""

from __future__ import annotations

import keyword
import posixpath
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from freshboot.errors import FreshbootError

_PAGE_NAME = re.compile(r"[\w. -]+\Z")
_MOST_SHOWN = 8


class Kind(str, Enum):
    """How a place uses a module."""

    IMPORT = "import"
    ATTRIBUTE = "attribute"
    NAME = "name"  # its dotted name, in a text that Python or a tool imports by
    PATH = "path"  # the path of its file, in a text
    SETTING = "setting"  # in pyproject.toml or setup.cfg


@dataclass(frozen=True, order=True)
class Use:
    """One place that uses the module; ``words`` are its source, or why nobody can judge it."""

    path: str
    line: int
    words: str
    kind: Kind = Kind.NAME

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.words}"


@dataclass(frozen=True)
class Renaming:
    """One file under a new name. ``old`` and ``new`` are its paths.

    ``files`` are the changed files by path, the one at ``new`` included; the one at ``old`` goes. ``uses``
    are the places that follow, ``unresolved`` those that may be uses: with any of them it must not be done.
    """

    old: str
    new: str
    files: Mapping[str, bytes]
    uses: tuple[Use, ...] = ()
    unresolved: tuple[Use, ...] = ()

    @property
    def changed(self) -> frozenset[str]:
        """Every path that is another one afterwards."""
        return frozenset({self.old, *self.files})


class CannotRename(FreshbootError):
    """The file cannot be renamed so that the app does what it did; ``places`` are in the way of it."""

    exit_code = 2

    def __init__(self, message: str, remedy: str, places: Iterable[Use] = ()) -> None:
        super().__init__(message, remedy)
        self.places = tuple(places)


def refuse_unresolved(renaming: Renaming) -> None:
    """See to it that every use was found for certain.

    :raises CannotRename: a place may be one.
    """
    places = sorted(set(renaming.unresolved))
    if places:
        shown = "; ".join(map(str, places[:_MOST_SHOWN]))
        more = f"; and {len(places) - _MOST_SHOWN} more" if len(places) > _MOST_SHOWN else ""
        raise CannotRename(
            f"{renaming.old} cannot be renamed, for these places may use it: {shown}{more}",
            "write them with a plain import, or rename by hand",
            places,
        )


def stem_of(path: str) -> str:
    """The file's name without its folder and ``.py``."""
    return posixpath.basename(path).removesuffix(".py")


def renamed(path: str, name: str) -> str:
    """The path with another stem."""
    return posixpath.join(posixpath.dirname(path), f"{name}.py")


def refuse_names(path: str, name: str, entrypoint: str) -> None:
    """See to it that the file is one that has uses by name only, and that it can have the new name.

    :raises CannotRename: it is not, or cannot.
    """
    stem = stem_of(path)
    if not path.endswith(".py"):
        raise CannotRename(f"{path} is no Python module", "rename another kind of file by hand")
    if stem in ("__init__", "__main__"):
        raise CannotRename(f"{path} is a package's own file", "name a module in it")
    if path == entrypoint:
        raise CannotRename(f"{path} is the entrypoint, which the host runs by its name", "see to the host")
    is_module = stem.isidentifier()
    fits = name.isidentifier() if is_module else _PAGE_NAME.match(name) is not None
    if not fits or keyword.iskeyword(name) or name in ("__init__", "__main__", stem):
        raise CannotRename(f"{name!r} is no new name for {path}", "give another one, a valid identifier")
    if name in sys.stdlib_module_names:
        raise CannotRename(f"{name!r} is a module of Python's own", "give another one")
