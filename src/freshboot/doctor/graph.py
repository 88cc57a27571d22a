"""Which files of the repository an app runs: from its entrypoint and pages along their imports."""

from __future__ import annotations

import ast
import posixpath
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from freshboot.doctor.sources import Asked, Module
from freshboot.judge.literals import FilePath
from freshboot.survey import App

_MOST_FILES = 5_000
_MOST_ROUNDS = 4
_PATH = "sys.path"
_HERE = ("os.getcwd", "pathlib.Path.cwd")
_EXTENDS = ("sys.path.insert", "sys.path.append", "sys.path.extend", "site.addsitedir")


class Import(NamedTuple):
    """An import by ``source``: the ``path`` that it means, by way of the folder ``root`` on ``sys.path``."""

    source: str
    asked: Asked
    path: str
    root: str


class Extension(NamedTuple):
    """A folder put on ``sys.path`` by a source: from the root; None where the source does not say which."""

    source: str
    line: int
    folder: str | None
    text: str = ""


@dataclass
class Graph:
    """What an app runs: its modules by path, the imports between them, and those that lead nowhere."""

    modules: dict[str, Module] = field(default_factory=dict)
    imports: list[Import] = field(default_factory=list)
    unresolved: list[tuple[str, Asked]] = field(default_factory=list)
    extensions: tuple[Extension, ...] = ()


@dataclass(frozen=True)
class Resolver:
    """Which file an import means.

    :param sure: the folders that are on ``sys.path``: the entrypoint's, and those that sources put there
    :param fallback: folders that may be, by an installation or by ``PYTHONPATH``
    :param foreign: names of installed packages, in which the fallbacks are not looked for
    """

    paths: Collection[str]
    sure: tuple[str, ...]
    fallback: tuple[str, ...]
    foreign: Collection[str]

    def find(self, asked: Asked) -> Iterator[tuple[str, str]]:
        """The files that it runs, each with the folder that it was found by."""
        if asked.dotted.startswith("/"):
            yield from ((path, "") for path in self._below("", asked.dotted[1:], asked.names))
            return
        for root in (*self.sure, *(() if self.is_foreign(asked) else self.fallback)):
            found = tuple(self._below(root, asked.dotted, asked.names))
            if found:
                yield from ((path, root) for path in found)
                return

    def is_foreign(self, asked: Asked) -> bool:
        """Whether the name is one of the standard library, or of an installed package."""
        head = asked.dotted.partition("/")[0]
        return head in sys.stdlib_module_names or head in self.foreign

    def _below(self, root: str, stem: str, names: tuple[str, ...]) -> Iterator[str]:
        parts = stem.split("/") if stem else []
        whole = [f"{stem}/{name}" if stem else name for name in names]
        upward = ["/".join(parts[: end + 1]) for end in range(len(parts))]
        for one in (*upward, *whole):
            found = self._file(posixpath.join(root, one))
            if found:
                yield found
            elif one == stem and not any(self._file(posixpath.join(root, name)) for name in whole):
                return

    def _file(self, stem: str) -> str | None:
        return next((one for one in (f"{stem}.py", f"{stem}/__init__.py") if one in self.paths), None)


def graph(
    app: App,
    module: Callable[[str], Module],
    paths: Collection[str],
    fallback: tuple[str, ...],
    foreign: Collection[str],
) -> Graph:
    """What an app runs. What its sources put on ``sys.path`` counts for the whole of it."""
    sure: tuple[str, ...] = (app.folder,)
    for _ in range(_MOST_ROUNDS):
        reached = _walk(app, module, Resolver(paths, sure, fallback, foreign))
        reached.extensions = tuple(one for some in reached.modules.values() for one in _extensions(some))
        added = (one.folder for one in reached.extensions if one.folder is not None)
        wider = tuple(dict.fromkeys((app.folder, *added)))
        if wider == sure:
            break
        sure = wider
    return reached


def _walk(app: App, module: Callable[[str], Module], resolver: Resolver) -> Graph:
    reached = Graph()
    due = [path for path in (app.entrypoint, *app.pages) if path in resolver.paths]
    while due and len(reached.modules) < _MOST_FILES:
        path = due.pop()
        if path in reached.modules:
            continue
        reached.modules[path] = module(path)
        for asked in reached.modules[path].imports:
            found = [(one, root) for one, root in resolver.find(asked) if one != path]
            reached.imports += [Import(path, asked, one, root) for one, root in found]
            due += [one for one, _ in found]
            if not found:
                reached.unresolved.append((path, asked))
    return reached


def _extensions(module: Module) -> Iterator[Extension]:
    for line, given in _added(module):
        for one in getattr(given, "elts", [given]):
            path = _path(module, one)
            yield Extension(module.path, line, _folder(path), path.text if path else "")


def _added(module: Module) -> Iterator[tuple[int, ast.expr]]:
    """What is put on ``sys.path``, by a call or by an assignment."""
    yield from ((call.lineno, call.args[-1]) for name, call in module.calls if name in _EXTENDS and call.args)
    for node in module.source.nodes:
        match node:
            case ast.AugAssign(target=target, value=value) if module.source.name(target) == _PATH:
                yield node.lineno, value
            case ast.Assign(targets=[ast.Subscript(value=table)], value=value):
                if module.source.name(table) == _PATH:
                    yield node.lineno, value


def _path(module: Module, node: ast.expr) -> FilePath | None:
    """A path; the folder that the app is started in is the root."""
    path = module.source.file_path(node)
    calls = (module.source.name(one.func) for one in ast.walk(node) if isinstance(one, ast.Call))
    if any(name in _HERE for name in calls):
        return FilePath(path.text if path else ".") if path is None or path.is_tail else path
    return path


def _folder(path: FilePath | None) -> str | None:
    """A relative path is meant from the root, which the host starts the app in."""
    if path is None or path.is_tail or posixpath.isabs(path.text):
        return None
    normal = posixpath.normpath(path.text or ".")
    outside = normal == ".." or normal.startswith("../")
    return None if outside else ("" if normal == "." else normal)


def namesakes(paths: Collection[str]) -> Mapping[str, str]:
    """Every Python file by its path in small letters."""
    return {path.lower(): path for path in paths if path.endswith(".py")}
