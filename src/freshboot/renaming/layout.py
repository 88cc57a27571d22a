"""Which file of a repository an import means, by the folders that Python looks into."""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from freshboot.dependencies import lines

_EXTENDS = re.compile(rb"sys\.path\.(?:insert|append|extend)\b|sys\.path\s*(?:\+=|=|\[)|\baddsitedir\b")
_DEPENDENCIES = re.compile(
    r"(?:.*/)?(?:[\w.-]*requirements[\w.-]*\.txt|pyproject\.toml|Pipfile|environment\.yml|uv\.lock)\Z"
)
_NAME = re.compile(r"(?:[a-z]+:)?\s*([A-Za-z_][\w.-]*)")


class Meaning(Enum):
    """What a dotted name means, seen from the module that is renamed."""

    OURS = "the module"
    PACKAGE = "a package that it lies in"
    UNSURE = "perhaps the module"
    OTHER = "something else"


@dataclass(frozen=True)
class Layout:
    """The repository's paths, and the folders (``""`` is its root) that are on ``sys.path``.

    ``extended``: some source puts further ones there. ``required`` are the names in the dependency files.
    """

    paths: frozenset[str]
    roots: tuple[str, ...]
    extended: bool
    required: frozenset[str]

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that has a Python file below it."""
        found: set[str] = set()
        for path in self.paths:
            folder = posixpath.dirname(path)
            while path.endswith(".py") and folder and folder not in found:
                found.add(folder)
                folder = posixpath.dirname(folder)
        return frozenset(found)

    def meaning(self, ours: str, source: str, dotted: str) -> Meaning:
        """What a name means in a source; leading dots make it a relative one."""
        found, sure = self.targets(source, dotted)
        if ours in found:
            return Meaning.OURS if sure and len(found) == 1 else Meaning.UNSURE
        if any(one.endswith("/") and ours.startswith(one) for one in found):
            return Meaning.PACKAGE
        return Meaning.OTHER

    def targets(self, source: str, dotted: str) -> tuple[frozenset[str], bool]:
        """The files (and packages, with a final ``/``) that a name may mean; whether that is for sure."""
        parts = dotted.lstrip(".").split(".") if dotted.strip(".") else []
        here = posixpath.dirname(source)
        if level := len(dotted) - len(dotted.lstrip(".")):
            folders = here.split("/") if here else []
            up = folders[: len(folders) + 1 - level] if level <= len(folders) + 1 else None
            return (frozenset() if up is None else self._at("/".join(up), parts)), True
        found = frozenset(one for root in self.roots for one in self._at(root, parts))
        beside = self._at(here, parts) - {source} if here not in self.roots else frozenset()
        if found:
            return found | beside, parts[0] not in sys.stdlib_module_names
        foreign = not parts or _plain(parts[0]) in self.required or parts[0] in sys.stdlib_module_names
        if beside or foreign:
            return beside, not foreign
        return self._ending_with(parts), self.extended

    def _at(self, folder: str, parts: Iterable[str]) -> frozenset[str]:
        path = posixpath.join(folder, *parts)
        found = {f"{path}.py"} & self.paths
        return frozenset({*found, *({f"{path}/"} if path in self.folders else ())})

    def _ending_with(self, parts: Iterable[str]) -> frozenset[str]:
        end = f"/{'/'.join(parts)}.py"
        return frozenset(path for path in self.paths if path.endswith(end))


def layout(files: Mapping[str, bytes | None], entrypoint: str) -> Layout:
    """The layout of a repository, path → bytes (None: they are not known).

    On ``sys.path`` are the entrypoint's folder, the root, ``src``, and what pytest is told to put there.
    """
    paths = frozenset(files)
    has_source_folder = any(path.startswith("src/") and path.endswith(".py") for path in paths)
    roots = (posixpath.dirname(entrypoint), "", *(("src",) if has_source_folder else ()), *_of_pytest(files))
    python = [data for path, data in files.items() if path.endswith(".py") and data]
    asked = [line.text for path in paths if _DEPENDENCIES.match(path) for line in lines(files.get, path)]
    names = {_plain(found[1]) for text in asked if (found := _NAME.match(text))}
    extended = any(_EXTENDS.search(data) for data in python)
    return Layout(paths, tuple(dict.fromkeys(roots)), extended, frozenset(names))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


def _of_pytest(files: Mapping[str, bytes | None]) -> tuple[str, ...]:
    """``pythonpath`` of pytest's settings."""
    data = b"\n".join(
        files.get(name) or b"" for name in ("pyproject.toml", "pytest.ini", "tox.ini", "setup.cfg")
    )
    told = re.findall(rb"(?m)^pythonpath\s*=\s*(\[[^\]]*\]|[^\n]*)", data)
    words = re.findall(r"[\w./-]+", b" ".join(told).decode("utf-8", "replace"))
    return tuple("" if word == "." else posixpath.normpath(word) for word in words)
