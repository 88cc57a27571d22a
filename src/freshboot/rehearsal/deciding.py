"""Which files of a commit decide what its dependency file comes to, beside it and its includes. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping

from freshboot.dependencies import Line, Sense
from freshboot.dependencies.line import inside, is_archive
from freshboot.repository.tree import SUBMODULE, Entry

# Wherever they lie: installers look for settings above and below, and projects ask for one another.
_DECIDING = frozenset(
    {
        *("uv.toml", "pyproject.toml", "poetry.toml", "setup.py", "setup.cfg", ".python-version"),
        *("uv.lock", "poetry.lock", "Pipfile.lock"),
    }
)


def deciding(tree: Mapping[str, Entry], lines: Iterable[Line]) -> Mapping[str, str]:
    """Those files, path → blob id: settings, locks, archives, and the folders that options name.

    Where a line is unclear it cannot be told what decides: all files are.
    """
    asked = tuple(lines)
    if any(one.sense is Sense.UNCLEAR for one in asked):
        return {path: entry.blob_id for path, entry in tree.items()}
    folders = frozenset(folder for one in asked for folder in _folders(one))
    return {path: entry.blob_id for path, entry in tree.items() if _decides(path, entry, folders)}


def _decides(path: str, entry: Entry, folders: frozenset[str]) -> bool:
    name = posixpath.basename(path)
    if name in _DECIDING or is_archive(name) or entry.mode == SUBMODULE:
        return True
    return any(folder in (".", path) or path.startswith(f"{folder}/") for folder in folders)


def _folders(line: Line) -> Iterator[str]:
    """Where an option may lead in the repository: installers start at the root, or at the line's own file."""
    if line.sense is Sense.OPTION:
        target = line.text.partition(" ")[2]
        found = (inside(folder, target) for folder in ("", posixpath.dirname(line.file)))
        yield from (one for one in found if one is not None)
