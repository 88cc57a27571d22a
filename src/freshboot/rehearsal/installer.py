"""Which commands install a dependency file as Community Cloud does, by the tools of this machine. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from freshboot.dependencies import Line, lines
from freshboot.dependencies.line import Read, Sense
from freshboot.rehearsal.deciding import deciding
from freshboot.rehearsal.errors import CannotRehearse
from freshboot.repository.tree import Entry

Find = Callable[[str], "str | None"]
"""The whole path of a program, or None where there is none of this name."""

_BESIDE = ("pyproject.toml", "Pipfile.lock", "poetry.lock")
_PROJECTS = ("uv.lock", "pyproject.toml")
_CONDAS = ("mamba", "conda", "micromamba")


@dataclass(frozen=True)
class Source:
    """A dependency file with all that is installed by it: what the environment is the outcome of.

    ``contents`` are the files that were looked for, path → bytes; None where there is none. ``deciding`` are
    the others that count, path → blob id.
    """

    file: str | None
    lines: tuple[Line, ...] = ()
    contents: Mapping[str, bytes | None] = field(default_factory=dict)
    deciding: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name without the folder; empty where there is none."""
        return posixpath.basename(self.file or "")

    @property
    def folder(self) -> str:
        """The folder that it lies in, from the root; ``.`` for the root."""
        return posixpath.dirname(self.file or "") or "."

    @property
    def is_tied(self) -> bool:
        """Whether it may install a project of the repository's own, and so belongs to one clone."""
        return self.name in _PROJECTS or any(one.sense is Sense.LOCAL for one in self.lines)

    def beside(self, name: str) -> bytes | None:
        """The bytes of a file in the same folder."""
        return self.contents.get(posixpath.normpath(posixpath.join(self.folder, name)))


@dataclass(frozen=True)
class Installer:
    """How one dependency file becomes an environment.

    ``command`` runs in ``folder`` (from the root), with ``variables`` added to the environment; empty where
    there is nothing to install. ``streamlit`` installs that alone. ``makes``: the command makes the
    environment itself.
    """

    tool: str
    command: tuple[str, ...]
    streamlit: tuple[str, ...]
    folder: str = "."
    variables: Mapping[str, str] = field(default_factory=dict)
    makes: bool = False


def source_of(read: Read, file: str | None, tree: Mapping[str, Entry]) -> Source:
    """The dependency file that wins, with whatever it includes or is locked by; ``tree`` is the commit's."""
    contents: dict[str, bytes | None] = {}

    def remembering(path: str) -> bytes | None:
        if path not in contents:
            contents[path] = read(path)
        return contents[path]

    if file is None:
        return Source(None, deciding=deciding(tree, ()))
    found = lines(remembering, file)
    for name in (posixpath.basename(file), *_BESIDE):
        remembering(posixpath.join(posixpath.dirname(file), name))
    return Source(file, found, contents, deciding(tree, found))


def installer_for(source: Source, environment: Path, find: Find) -> Installer:
    """The installer of the dependency file, for the environment in this folder.

    :raises CannotRehearse: this machine does not have the tool.
    """
    python = str(environment / "bin" / "python")
    tool, install = _of_requirements(python, find)
    streamlit = (*install, "streamlit")
    match source.name:
        case "":
            return Installer(tool, (), streamlit)
        case "uv.lock":
            return _uv_lock(source, environment, find, streamlit)
        case "Pipfile":
            return _pipfile(source, environment, find, streamlit)
        case "environment.yml":
            return _conda(source, environment, find)
        case "pyproject.toml":
            return _poetry(source, environment, find, streamlit)
    return Installer(tool, (*install, "--requirement", str(source.file)), streamlit)


def _of_requirements(python: str, find: Find) -> tuple[str, tuple[str, ...]]:
    """The tool that installs requirements, uv before pip, and the words of its command."""
    if uv := find("uv"):
        return "uv", (uv, "pip", "install", "--python", python)
    return "pip", (python, "-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input")


def _uv_lock(source: Source, environment: Path, find: Find, streamlit: tuple[str, ...]) -> Installer:
    uv, python = _required(find, source, "uv"), str(environment / "bin" / "python")
    command = (uv, "sync", "--python", python, "--project", source.folder)
    # Without the second uv would replace the environment by one with a Python that it downloads.
    variables = {"UV_PROJECT_ENVIRONMENT": str(environment), "UV_PYTHON_DOWNLOADS": "never"}
    return Installer("uv", command, streamlit, variables=variables)


def _pipfile(source: Source, environment: Path, find: Find, streamlit: tuple[str, ...]) -> Installer:
    how = "--deploy" if source.beside("Pipfile.lock") is not None else "--skip-lock"
    command = (_required(find, source, "pipenv"), "install", how)
    variables = {"VIRTUAL_ENV": str(environment), "PIPENV_VERBOSITY": "-1", "PIPENV_YES": "1"}
    return Installer("pipenv", command, streamlit, source.folder, variables)


def _poetry(source: Source, environment: Path, find: Find, streamlit: tuple[str, ...]) -> Installer:
    # Community Cloud takes poetry for every pyproject.toml, and lets it install the project as well.
    command = (_required(find, source, "poetry"), "install", "--no-interaction")
    return Installer("poetry", command, streamlit, source.folder, {"VIRTUAL_ENV": str(environment)})


def _conda(source: Source, environment: Path, find: Find) -> Installer:
    tool = next((one for one in _CONDAS if find(one)), "conda")
    program = _required(find, source, tool)
    if source.is_tied:
        raise CannotRehearse(
            f"not rehearsed: {source.file} installs a project of the repository's own",
            "rehearsed are environments of conda that hold none",
        )
    words = ("create",) if tool == "micromamba" else ("env", "create")
    command = (program, *words, "--yes", "--prefix", str(environment), "--file", str(source.file))
    streamlit = (str(environment / "bin" / "python"), "-I", "-m", "pip", "install", "streamlit")
    return Installer(tool, command, streamlit, makes=True)


def _required(find: Find, source: Source, tool: str) -> str:
    found = find(tool)
    if found is None:
        raise CannotRehearse(
            f"not rehearsed: {source.file} is installed by {tool}, which this machine does not have",
            f"install {tool}, or rehearse in a workflow job that has it",
        )
    return found
