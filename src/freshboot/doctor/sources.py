"""One Python file of the app, parsed once: what it imports, and when."""

from __future__ import annotations

import ast
import posixpath
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from freshboot.judge.literals import Source

_IMPORT_ERRORS = ("ImportError", "ModuleNotFoundError", "Exception")
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


class Asked(NamedTuple):
    """An import of ``dotted`` (relative ones from the root, and beginning with a slash), in slashes.

    ``names`` are what ``from … import`` takes out of it; ``optional``: the file goes on without it.
    """

    line: int
    dotted: str
    names: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class Module:
    """A source of the app. ``wrong`` says why it cannot be read as Python, at ``wrong_line``."""

    path: str
    tree: ast.Module
    wrong: str = ""
    wrong_line: int = 1

    @cached_property
    def source(self) -> Source:
        """What its names are bound to."""
        return Source(self.path, self.tree)

    @cached_property
    def imports(self) -> tuple[Asked, ...]:
        """All imports that can run, at the top and within functions."""
        return tuple(_imports(self.tree, posixpath.dirname(self.path), optional=False))

    @cached_property
    def calls(self) -> tuple[tuple[str, ast.Call], ...]:
        """All calls, each with the dotted name of what is called."""
        source = self.source
        return tuple((source.name(node.func), node) for node in source.nodes if isinstance(node, ast.Call))


def read_module(path: str, data: bytes) -> Module:
    """Parse a source; whatever is in it, this gives a module."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the app's string escapes
            tree = ast.parse(data)
            with suppress(RecursionError, MemoryError):  # of nesting that this Python alone may not bear
                compile(tree, path, "exec", dont_inherit=True)
            return Module(path, tree)
    except _UNREADABLE as error:
        line = getattr(error, "lineno", None) or 1
        words = getattr(error, "msg", None) or str(error) or type(error).__name__
        return Module(path, ast.Module([], []), words, line)


def _imports(node: ast.AST, folder: str, *, optional: bool) -> Iterator[Asked]:
    # A stack of our own: sources of strangers nest deeper than Python's.
    pending: list[tuple[ast.AST, bool]] = [(node, optional)]
    while pending:
        one, may_fail = pending.pop()
        if isinstance(one, ast.Import):
            yield from (Asked(one.lineno, alias.name.replace(".", "/"), (), may_fail) for alias in one.names)
        elif isinstance(one, ast.ImportFrom):
            names = tuple(alias.name for alias in one.names)
            yield Asked(one.lineno, _stem(one, folder), names, may_fail)
        elif not _is_for_types(one):
            body = one.body if isinstance(one, ast.Try) and _catches(one) else []
            inner = [(child, may_fail or child in body) for child in ast.iter_child_nodes(one)]
            pending += reversed(inner)


def _stem(node: ast.ImportFrom, folder: str) -> str:
    base = (node.module or "").replace(".", "/")
    if not node.level:
        return base
    return posixpath.normpath(posixpath.join("/", folder, *[".."] * (node.level - 1), base))


def _is_for_types(node: ast.AST) -> bool:
    if not isinstance(node, ast.If):
        return False
    test = node.test
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _catches(node: ast.Try) -> bool:
    """Whether an import that fails is caught."""
    for handler in node.handlers:
        caught = [handler.type] if not isinstance(handler.type, ast.Tuple) else list(handler.type.elts)
        if any(one is None or (isinstance(one, ast.Name) and one.id in _IMPORT_ERRORS) for one in caught):
            return True
    return False
