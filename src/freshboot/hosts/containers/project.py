"""What is moved: the app as its repository describes it."""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from freshboot.errors import FreshbootError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]

Read = Callable[[str], "bytes | None"]

# The one that most pinned requirements have wheels for comes first.
_PYTHONS = ("3.12", "3.13", "3.11", "3.10", "3.14")
_VERSION = re.compile(r"(?:python-?)?\s*(3\.\d+)(?:\.\d+)?\s*")
_CONDA = re.compile(r"^\s*-\s*['\"]?python\s*=+\s*(3\.\d+)", re.MULTILINE)
_PLAIN = re.compile(r"[^\x00-\x1f\x7f\\]+")


class ProjectRefused(FreshbootError):
    """No container can be described for this app."""


@dataclass(frozen=True)
class Project:
    """An app to be moved. Paths are from the root.

    ``python`` is a minor version, such as ``3.12``. ``has`` are those of the files that matter here and are
    there; ``poetry``: poetry installs ``pyproject.toml``; ``lfs``: git keeps some files elsewhere.
    """

    entrypoint: str
    dependency_file: str
    branch: str
    python: str
    has: frozenset[str] = frozenset()
    poetry: bool = False
    lfs: bool = False

    @property
    def folder(self) -> str:
        """The folder of the dependency file; empty for the root."""
        return posixpath.dirname(self.dependency_file)

    def beside(self, name: str) -> bool:
        """Whether this file lies beside the dependency file."""
        return posixpath.join(self.folder, name) in self.has


def project_of(read: Read, entrypoint: str, dependency_file: str, branch: str) -> Project:
    """The app, as the files of its commit describe it.

    :raises ProjectRefused: a name cannot stand in a Dockerfile or a workflow, or no known Python fits.
    """
    for name in (entrypoint, dependency_file, branch):
        if not _PLAIN.fullmatch(name) or "${{" in name:
            raise ProjectRefused(f"{name!r} cannot stand in a workflow", "give it a plain name")
    folder = posixpath.dirname(dependency_file)
    names = ("Pipfile.lock", "poetry.lock", "packages.txt", "README.md")
    paths = {path for name in names for path in (name, posixpath.join(folder, name))}
    has = frozenset(path for path in paths if read(path) is not None)
    settings = _toml(read(posixpath.join(folder, "pyproject.toml")))
    stated = "dependencies" in settings.get("project", {})
    poetry = "poetry" in settings.get("tool", {})
    locked = posixpath.join(folder, "poetry.lock") in has
    return Project(
        entrypoint,
        dependency_file,
        branch,
        _python(read, folder),
        has,
        poetry=poetry and (locked or not stated),
        lfs=b"filter=lfs" in (read(".gitattributes") or b""),
    )


def _python(read: Read, folder: str) -> str:
    """The Python that the project names, else the first of ours that it allows."""
    named = next(_named(read, folder), None)
    if named in ("3.6", "3.7", "3.8", "3.9"):
        raise ProjectRefused(f"the project names Python {named}", "name 3.10 or newer, as freshboot needs it")
    if named is not None:
        return named
    wanted = _wanted(read, folder)
    try:
        allowed = SpecifierSet(wanted or "")
    except InvalidSpecifier:
        allowed = SpecifierSet("")
    found = next((one for one in _PYTHONS if _allows(allowed, one)), None)
    if found is None:
        raise ProjectRefused(
            f"no Python fits requires-python {wanted}", f"allow one of {', '.join(_PYTHONS)}"
        )
    return found


def _named(read: Read, folder: str) -> Iterator[str]:
    for name in (".python-version", "runtime.txt"):
        for path in dict.fromkeys((posixpath.join(folder, name), name)):
            found = _VERSION.match((read(path) or b"").decode("utf-8", "replace").strip())
            if found:
                yield found[1]
    pipfile = _toml(read(posixpath.join(folder, "Pipfile"))).get("requires", {})
    for key in ("python_version", "python_full_version"):
        if found := _VERSION.match(str(pipfile.get(key, ""))):
            yield found[1]
    conda = (read(posixpath.join(folder, "environment.yml")) or b"").decode("utf-8", "replace")
    if found := _CONDA.search(conda):
        yield found[1]


def _wanted(read: Read, folder: str) -> str | None:
    """What ``requires-python`` says, or poetry's ``^3.11``."""
    for path in dict.fromkeys((posixpath.join(folder, "pyproject.toml"), "pyproject.toml")):
        settings = _toml(read(path))
        wanted = settings.get("project", {}).get("requires-python")
        poetry = settings.get("tool", {}).get("poetry", {}).get("dependencies", {}).get("python")
        if wanted or poetry:
            return str(wanted) if wanted else re.sub(r"\^\s*([\d.]+)", r">=\1,<4", str(poetry))
    return None


def _allows(allowed: SpecifierSet, minor: str) -> bool:
    """Whether any release of that minor version is allowed; the newest patches are what images hold."""
    return any(allowed.contains(f"{minor}.{patch}") for patch in (99, 0))


def _toml(data: bytes | None) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = tomllib.loads((data or b"").decode())
    except ValueError:
        return {}
    return found
