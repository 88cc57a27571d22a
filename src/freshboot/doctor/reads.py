"""The files that an app reads, by the paths that its sources name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from freshboot.doctor.sources import Module
from freshboot.judge.literals import FilePath

_READERS = frozenset({"open", "load", "loadtxt", "genfromtxt", "imread", "image", "audio", "video", "logo"})
_METHODS = frozenset({"read_text", "read_bytes"})
_ASKING = frozenset(
    {"exists", "is_file", "isfile", "is_dir", "isdir", "platform", "system", "environ", "getenv"}
)
_WRITES = frozenset("wax")


class Reading(NamedTuple):
    """A file that is read in this line of a source, whether or not it is there."""

    line: int
    file: FilePath


def reads(module: Module) -> Iterator[Reading]:
    """All readings that no ``try`` and no look at whether there is such a file stands around."""
    careful = set(_careful(module))
    for name, call in module.calls:
        given = _given(name, call)
        path = module.source.file_path(given) if given is not None and id(call) not in careful else None
        if path is not None:
            yield Reading(call.lineno, path)


def _given(name: str, call: ast.Call) -> ast.expr | None:
    """What names the file that a call reads; None for one that reads none."""
    last = name.rpartition(".")[2]
    if last in _METHODS and isinstance(call.func, ast.Attribute):
        return call.func.value
    reads = last in _READERS or (last.startswith("read_") and last not in _METHODS)
    return call.args[0] if reads and call.args and not _writes(call) else None


def _writes(call: ast.Call) -> bool:
    modes = [*call.args[1:2], *(one.value for one in call.keywords if one.arg == "mode")]
    texts = [one.value for one in modes if isinstance(one, ast.Constant)]
    return any(isinstance(text, str) and not _WRITES.isdisjoint(text) for text in texts)


def _careful(module: Module) -> Iterator[int]:
    """The calls that are made only where somebody has looked, or can do without."""
    for node in module.source.nodes:
        if isinstance(node, ast.Try) or (isinstance(node, ast.If) and _looks(node.test)):
            yield from (id(one) for one in ast.walk(node) if isinstance(one, ast.Call))


def _looks(test: ast.expr) -> bool:
    return any(getattr(one, "attr", getattr(one, "id", "")) in _ASKING for one in ast.walk(test))
