"""A repository as the rules see it: values, and a reader."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from freshboot.config import Config
from freshboot.dependencies import Line, Sense, lines
from freshboot.dependencies.line import normal
from freshboot.dependencies.toml import tables
from freshboot.doctor.answers import GitHubAnswer, HostAnswer
from freshboot.doctor.graph import Graph, graph
from freshboot.doctor.sources import Module, read_module
from freshboot.errors import FreshbootError
from freshboot.survey import App, survey

if TYPE_CHECKING:
    from freshboot.doctor.scan import Spot
    from freshboot.doctor.workflows import Workflow

STREAMLIT_CONFIG = ".streamlit/config.toml"
LARGEST_BYTES = 2 * 1024 * 1024
"""A larger file is not looked into: no source and no lock file of an app comes near it."""

_LONGEST_LINE = 2_000
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
_BY_PATH = re.compile(r"@ ?(?:file:(?!/)|(?=\./))([^\s;]+)")
_MOST_FOLDERS = 20
_ODD = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Snapshot:
    """What there is to judge.

    :param paths: the tracked files, from the root
    :param read: a file's bytes; None where there is none, or where it is no plain file of a readable size
    :param untracked: why git leaves a file out that lies on disk; None where it does not
    :param branch: the branch that the host is to track, where that is known
    :param repository: ``OWNER/NAME`` on GitHub, where that is known
    :param pushes: how many seconds ago each of the last pushes to the branch was
    :param host: what the host answered; None if it was not asked
    :param github: what GitHub answered; None if it was not asked
    :param version: freshboot's own
    :param ignored: rules that are left out altogether, each with the reason
    """

    paths: frozenset[str]
    read: Callable[[str], bytes | None]
    config: Config = field(default_factory=Config)
    untracked: Callable[[str], str | None] = lambda _path: None
    branch: str | None = None
    repository: str | None = None
    pushes: tuple[float, ...] = ()
    host: HostAnswer | None = None
    github: GitHubAnswer | None = None
    version: str = ""
    ignored: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def apps(self) -> tuple[App, ...]:
        """The apps to examine: the one that is configured, else all that there are."""
        try:
            return survey(self.paths, self.read, self.config.entrypoint).apps
        except FreshbootError:
            return ()  # a rule of its own tells of it

    def read_short(self, path: str) -> bytes | None:
        """A file's bytes, if none of its lines is longer than a person's or a tool's would be.

        How installers split lines takes time that grows with the square of a line's length.
        """
        data = self.read(path)
        is_long = data is not None and len(data) > _LONGEST_LINE and _has_long_line(data)
        return None if is_long else data

    def text(self, path: str) -> str:
        """A file's text, whatever bytes are in it; empty where there is none."""
        return (self.read(path) or b"").decode("utf-8-sig", "replace")

    def rows(self, path: str) -> list[str]:
        """Its lines without their ends, as editors count them."""
        return re.split(r"\r\n|\n|\r", self.text(path))

    def line_of(self, path: str, pattern: str) -> int | None:
        """The first line that a regular expression is found in."""
        found = re.compile(pattern)
        return next((number for number, row in enumerate(self.rows(path), 1) if found.search(row)), None)

    def module(self, path: str) -> Module:
        """A source, parsed once."""
        if path not in self._modules:
            self._modules[path] = read_module(path, self.read(path) or b"")
        return self._modules[path]

    def graph(self, app: App) -> Graph:
        """What an app runs."""
        if app.entrypoint not in self._graphs:
            asked = self.asked(app.dependency_file)
            names = {name_of(line).replace("-", "_") for line in asked if self.local_folder(line) is None}
            foreign = names - self._own_packages - {""}
            self._graphs[app.entrypoint] = graph(app, self.module, self.paths, self._fallback(app), foreign)
        return self._graphs[app.entrypoint]

    def modules(self, app: App) -> tuple[Module, ...]:
        """The sources that an app runs, in the order of their paths."""
        return tuple(one for _, one in sorted(self.graph(app).modules.items()))

    def asked(self, file: str | None) -> tuple[Line, ...]:
        """What a dependency file asks for, read once."""
        if file is None:
            return ()
        if file not in self._asked:
            self._asked[file] = lines(self.read_short, file)
        return self._asked[file]

    def names(self, app: App) -> frozenset[str]:
        """What the file that wins installs by name, projects of the repository itself included."""
        found = {name_of(line) for line in self.asked(app.dependency_file)}
        folders = (self.local_folder(line) for line in self.asked(app.dependency_file))
        own = {self.project_name(folder) for folder in folders if folder is not None}
        return frozenset(one for one in (*found, *own) if one)

    def local_folder(self, line: Line) -> str | None:
        """The folder of the repository that a line installs; the empty one is the root."""
        named = _BY_PATH.search(line.text) if line.sense is Sense.REQUIREMENT else None
        if line.sense is not Sense.LOCAL and named is None:
            return None
        told = named[1] if named else line.text.removeprefix("-e ").partition("[")[0]
        path = posixpath.normpath(told)
        return "" if path == "." else path

    def project_name(self, folder: str) -> str:
        """The name of the project that lies in a folder; empty where it says none."""
        named = self.toml(posixpath.join(folder, "pyproject.toml")).get("project", {})
        name = named.get("name", "") if isinstance(named, dict) else ""
        return normal(name) if isinstance(name, str) else ""

    def toml(self, path: str) -> Mapping[str, object]:
        """A TOML file's tables; none where it cannot be read."""
        try:
            return tables(self.read(path) or b"")
        except _ODD:
            return {}

    @cached_property
    def workflows(self) -> tuple[Workflow, ...]:
        """The workflows that can be read."""
        from freshboot.doctor.workflows import read_workflows  # PyYAML costs start-up time

        return tuple(read_workflows(self.paths, self.read))

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """Secrets and pointers, from one look through all files."""
        from freshboot.doctor.scan import spots

        return spots(self)

    @cached_property
    def _modules(self) -> dict[str, Module]:
        return {}

    @cached_property
    def _asked(self) -> dict[str, tuple[Line, ...]]:
        return {}

    @cached_property
    def _graphs(self) -> dict[str, Graph]:
        return {}

    def _fallback(self, app: App) -> tuple[str, ...]:
        """Where modules lie that an installation or ``PYTHONPATH`` may put on ``sys.path``."""
        installed = dict.fromkeys(map(self.local_folder, self.asked(app.dependency_file)))
        folders = [one for one in installed if one][:_MOST_FOLDERS]
        return ("", "src", *(path for one in folders for path in (f"{one}/src", one)))

    @cached_property
    def _own_packages(self) -> frozenset[str]:
        """Names of folders that are imported from the repository, whatever is installed under that name."""
        tops = (path.removeprefix("src/").partition("/") for path in self.paths if path.endswith(".py"))
        return frozenset(head for head, slash, _ in tops if slash)


def _has_long_line(data: bytes) -> bool:
    return max(map(len, re.split(rb"[\r\n]", data))) > _LONGEST_LINE


def name_of(line: Line) -> str:
    """The distribution that a line names, in its normal form; empty where it names none."""
    if line.sense not in (Sense.REQUIREMENT, Sense.CONDA, Sense.UNCLEAR):
        return ""
    found = _NAME.match(line.asked)
    return normal(found[0]) if found and "://" not in line.asked.split("@")[0] else ""
