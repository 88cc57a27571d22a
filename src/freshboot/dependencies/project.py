"""A folder or an archive of the repository itself, asked for by its path, and what it requires in turn."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from freshboot.dependencies.line import (
    Line,
    Read,
    inside,
    is_archive,
    local,
    normal,
    requirement,
    unclear,
)
from freshboot.dependencies.toml import tables

_LOCAL = re.compile(r"(?P<path>[^\[\];@]+?)\s*(?:\[(?P<extras>[^\]]*)\])?")


def lines(read: Read, file: str, text: str, *, editable: bool) -> Iterator[Line]:
    """The line of the path, and the lines of what the project there requires now.

    A relative path is meant from the folder that the installer is started in (the root), by some from the
    file's own: where both lead somewhere, it is not clear.
    """
    found = _LOCAL.fullmatch(text)
    folders = {inside(folder, found["path"]) for folder in ("", posixpath.dirname(file))} if found else set()
    there = [path for path in folders if path is not None and _installable(read, path)]
    if found is None or len(there) != 1:
        yield unclear(file, f"-e {text}" if editable else text)
        return
    extras = tuple(filter(None, (one.strip() for one in (found["extras"] or "").split(","))))
    yield local(file, there[0], editable=editable, extras=extras)
    if not is_archive(there[0]):
        yield from _required(read, file, there[0], extras)


def _installable(read: Read, path: str) -> bool:
    if is_archive(path):
        return read(path) is not None
    return any(read(_of(path, name)) is not None for name in ("pyproject.toml", "setup.py"))


def _of(folder: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(folder, name))


def _required(read: Read, file: str, folder: str, extras: tuple[str, ...]) -> Iterator[Line]:
    """What the project requires now, whatever it required when it was installed."""
    described = _of(folder, "pyproject.toml")
    data = read(described)
    project = tables(data).get("project", {}) if data is not None else {}
    dynamic = project.get("dynamic", ())
    if "name" not in project or "dependencies" in dynamic or (extras and "optional-dependencies" in dynamic):
        yield unclear(file, f"what {folder} requires")
        return
    optional = {normal(name): some for name, some in project.get("optional-dependencies", {}).items()}
    for some in (project.get("dependencies", ()), *(optional.get(normal(extra), ()) for extra in extras)):
        yield from (requirement(described, text) for text in some)
