"""What a repository's Python files are to Streamlit, by their sources alone."""

from __future__ import annotations

import ast
import posixpath
import re
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from freshboot.judge.literals import FilePath, Source
from freshboot.stamp.mark import Read

_IMPORTS_STREAMLIT = re.compile(rb"^[ \t]*(?:import|from)[ \t]+streamlit\b", re.MULTILINE)
_LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_NAMED = (*_FUNCTIONS, ast.ClassDef)
_NAVIGATION = ("streamlit.Page", "streamlit.navigation")
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Script:
    """A Python file.

    ``imports`` are the files that it may import, without their ends: from the root where they begin with a
    slash, else from any folder on ``sys.path``. ``streamlit``: it imports Streamlit itself. ``shows``: to run
    it calls Streamlit, rather than only defining what does. ``pages`` are the files that it makes pages of.
    """

    path: str
    imports: frozenset[str] = frozenset()
    streamlit: bool = False
    shows: bool = False
    pages: tuple[FilePath, ...] = ()


def read_script(path: str, data: bytes) -> Script:
    """What one Python file is; one that cannot be parsed is known by its import of Streamlit alone."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the app's string escapes
            tree = ast.parse(data)
        source = Source(path, tree)
        return Script(
            path,
            frozenset(_imports(source)),
            _imports_streamlit(source),
            _shows(source, tree),
            tuple(_pages(source)),
        )
    except _UNREADABLE:
        found = _IMPORTS_STREAMLIT.search(data) is not None
        return Script(path, streamlit=found, shows=found)


class Scripts:
    """The Python files of a repository, each read once."""

    def __init__(self, paths: Collection[str], read: Read) -> None:
        self.paths = frozenset(paths)
        self.python = tuple(sorted(path for path in self.paths if path.endswith(".py")))
        self.bytes_of = cache(lambda path: read(path) or b"")
        self.script = cache(lambda path: read_script(path, self.bytes_of(path)))

    def imported(self, path: str) -> Iterator[str]:
        """The repository's own files that a file imports."""
        folders = [*_and_above(posixpath.dirname(path)), "src"]
        for stem in self.script(path).imports:
            for folder in [""] if stem.startswith("/") else folders:
                whole = posixpath.join(folder, stem.lstrip("/"))
                yield from self.paths & {f"{whole}.py", f"{whole}/__init__.py"}

    def reached(self, path: str) -> frozenset[str]:
        """The file, and all of the repository's own that it imports by whatever ways."""
        seen, due = {path}, [path]
        while due:
            new = set(self.imported(due.pop())) - seen
            seen |= new
            due += new
        return frozenset(seen)

    def importers(self, path: str) -> Iterator[str]:
        """The files that import this one."""
        name = posixpath.basename(path.removesuffix("/__init__.py"))
        word = posixpath.splitext(name)[0].encode()
        for other in self.python:
            if other != path and word in self.bytes_of(other) and path in self.imported(other):
                yield other

    def pages_of(self, entrypoint: str) -> Iterator[str]:
        """The files that become pages by ``st.Page`` and ``st.navigation``, wherever the app calls them.

        A relative path is meant from the entrypoint's folder.
        """
        folder = posixpath.dirname(entrypoint)
        for path in sorted(self.reached(entrypoint)):
            for page in self.script(path).pages:
                whole = page.text if page.is_exact else posixpath.join(folder, page.text)
                yield from self.paths & {posixpath.normpath(whole)}


def _and_above(folder: str) -> list[str]:
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:end]) for end in range(len(parts), -1, -1)]


def _imports(source: Source) -> Iterator[str]:
    here = posixpath.dirname(source.path)
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from (_stem(one.name) for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _stem(node.module or "")
            if node.level:
                base = posixpath.normpath(posixpath.join("/", here, *[".."] * (node.level - 1), base))
            yield from (base, *(posixpath.join(base, one.name) for one in node.names))


def _stem(dotted: str) -> str:
    return dotted.replace(".", "/")


def _imports_streamlit(source: Source) -> bool:
    return any(stem.partition("/")[0] == "streamlit" for stem in _imports(source))


def _shows(source: Source, tree: ast.Module) -> bool:
    """Whether running the file calls Streamlit, by itself or through a function that it defines."""
    return any(name.startswith("streamlit.") for name, _ in calls_when_run(source, tree))


def calls_when_run(
    source: Source,
    tree: ast.Module,
    defined: tuple[type[ast.AST], ...] = _FUNCTIONS,
    leaves_out: Callable[[ast.AST], bool] = lambda _node: False,
) -> Iterator[tuple[str, ast.Call]]:
    """The calls that running the file makes, by itself or through what it defines, each with its name.

    :param defined: the kinds of definitions that a call runs
    :param leaves_out: whether a part of the file is not looked into
    """
    bodies = {
        node.name: node for node in source.nodes if isinstance(node, _NAMED) and isinstance(node, defined)
    }
    due = list(_calls(tree.body, lambda node: isinstance(node, _LATER) or leaves_out(node)))
    seen = set[str]()
    while due:
        call = due.pop()
        name = source.name(call.func)
        yield name, call
        if name in bodies and name not in seen:
            seen.add(name)
            due += _calls(ast.iter_child_nodes(bodies[name]), leaves_out)


def _calls(nodes: Iterable[ast.AST], stops: Callable[[ast.AST], bool]) -> Iterator[ast.Call]:
    """The calls in them, but for what is in a part that is stopped at."""
    pending = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Call):
            yield node
        if not stops(node):
            pending += ast.iter_child_nodes(node)


def _pages(source: Source) -> Iterator[FilePath]:
    """The files that calls of ``st.Page`` and ``st.navigation`` name.

    Where one is named by something else than a literal, a name of a loop for instance, every literal that
    ends as a Python file does may be it.
    """
    calls = [node for node in source.nodes if isinstance(node, ast.Call)]
    given = [call.args[0] for call in calls if source.name(call.func) == _NAVIGATION[0] and call.args]
    pages = [source.file_path(node) for node in given]
    yield from (page for page in pages if page is not None)
    lists = any(source.name(call.func) == _NAVIGATION[1] for call in calls)
    if lists or None in pages:
        texts = (node.value for node in source.nodes if isinstance(node, ast.Constant))
        yield from (FilePath(text) for text in texts if isinstance(text, str) and text.endswith(".py"))
