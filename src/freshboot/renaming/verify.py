"""A second look at a renaming, with Python's own parser: every import means what it meant. Pure."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping

from freshboot.renaming.layout import Layout, layout
from freshboot.renaming.plan import renamed_files
from freshboot.renaming.values import CannotRename, Renaming

_BY_TEXT = ("import_module", "__import__")
_REMEDY = "rename by hand, and report this to freshboot"

Import = tuple[int, frozenset[str]]
"""A line, and the files and packages of the repository that are imported there."""


def refuse_changed_imports(
    before: Mapping[str, bytes | None], renaming: Renaming, entrypoint: str
) -> Mapping[str, int]:
    """See to it that each import of each source means the same file as before, the renamed one included.

    Gives how many imports of the module each source has.

    :raises CannotRename: one does not, or a changed source is no Python any more.
    """
    after = renamed_files(before, renaming)
    old, new = layout(before, entrypoint), layout(after, entrypoint)
    counts = {}
    for path, data in before.items():
        if data is None or not path.endswith(".py"):
            continue
        there = renaming.new if path == renaming.old else path
        was = Counter((line, _moved(found, renaming)) for line, found in _imports(old, path, data))
        now = Counter(_imports(new, there, after[there] or b"", required=there in renaming.files))
        if was and now != was:
            line = min(line for line, _ in (was - now) + (now - was))
            raise CannotRename(f"{path}:{line} would import something else", _REMEDY)
        if count := sum(times for (_, found), times in now.items() if renaming.new in found):
            counts[there] = count
    return counts


def _moved(found: frozenset[str], renaming: Renaming) -> frozenset[str]:
    return frozenset(renaming.new if one == renaming.old else one for one in found)


def _imports(where: Layout, path: str, data: bytes, *, required: bool = False) -> list[Import]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the app's string escapes
            tree = compile(data, path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
            if required:
                compile(data, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if required:
            raise CannotRename(f"{path} would be no Python: {error}", _REMEDY) from error
        return []
    return [
        (line, frozenset(one for name in names for one in where.targets(path, name)[0]))
        for line, names in _names(tree)
    ]


def _names(tree: ast.AST) -> Iterator[tuple[int, list[str]]]:
    """Every import with the dotted names that it may mean; of ``from a import b`` both ``a`` and ``a.b``."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases):
                yield node.lineno, [alias.name for alias in aliases]
            case ast.ImportFrom(module=module, names=aliases, level=level):
                source = "." * level + (module or "")
                joint = "" if source.endswith(".") else "."
                yield node.lineno, [source, *(f"{source}{joint}{alias.name}" for alias in aliases)]
            case ast.Call(
                func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Constant(value=str(text))]
            ):
                if name in _BY_TEXT and text.strip("."):
                    yield node.lineno, [text]
