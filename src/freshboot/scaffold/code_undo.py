"""The lines in the app, taken out again; what the user wrote since stays."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from freshboot.scaffold.code import Code, read_code
from freshboot.scaffold.errors import ScaffoldRefused
from freshboot.scaffold.lines import drop, is_signed
from freshboot.stamp.kinds import DEPLOYMENT_VERSION


def without_lines(path: str, data: bytes) -> bytes:
    """The file without init's lines.

    The constant stays where something else uses it.

    :raises ScaffoldRefused: the file would not run any more, or not as before.
    """
    code = read_code(path, data)
    ours = [node for node in _signed(code) if not _is_used_constant(code, node)]
    if not ours:
        return data
    alone = list(_import_alone(code, ours))
    gone = {*ours, *alone}
    numbers = {number for node in gone for number in _numbers(node)}
    numbers |= {number for node in alone for number in _parting(code, node, numbers)}
    if any(isinstance(node, ast.stmt) and node.lineno in numbers for node in _others(code, gone)):
        raise _by_hand(path, "a line of freshboot init's holds something else, too")
    after = drop(data, {number - 1 for number in numbers})
    try:
        left = read_code(path, after)
    except ScaffoldRefused:
        raise _by_hand(path, "without freshboot init's lines it would be no Python") from None
    if _uses(left) and not _imports(left):
        raise ScaffoldRefused(
            f"{path}:{min(_uses(left))}: the app uses freshboot otherwise, too",
            "take that out first, then run freshboot init --remove again",
        )
    return after


def _by_hand(path: str, why: str) -> ScaffoldRefused:
    return ScaffoldRefused(f"{path}: {why}", "take freshboot's lines out by hand")


def _others(code: Code, gone: Collection[ast.AST]) -> Iterator[ast.AST]:
    return (node for node in code.source.nodes if node not in gone)


def uses_freshboot(path: str, data: bytes) -> bool:
    """Whether a file imports freshboot; one that is no Python may."""
    if b"freshboot" not in data:
        return False
    try:
        return _imports(read_code(path, data))
    except ScaffoldRefused:
        return True


def _signed(code: Code) -> Iterator[ast.stmt]:
    """The statements of init's lines, those that a formatter has parted or the user has changed included."""
    for node in code.source.nodes:
        if isinstance(node, ast.stmt) and _is_ours(code, node):
            lines = code.lines[node.lineno - 1 : node.end_lineno]
            if any(is_signed(line) for line in lines):
                yield node


def _is_ours(code: Code, node: ast.stmt) -> bool:
    match node:
        case ast.Import(names=[ast.alias(name="freshboot")]):
            return True
        case ast.Expr(value=ast.Call(func=func)):
            return code.source.name(func).startswith("freshboot.")
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name == DEPLOYMENT_VERSION
    return False


def _import_alone(code: Code, ours: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The import that a formatter has put on a line of its own, where nothing else needs it."""
    lines = {number for node in ours for number in _numbers(node)}
    kept = [line for line in _uses(code) if line not in lines]
    signs = any(isinstance(node, ast.Import) for node in ours)
    if kept or signs:
        return
    for node in code.tree.body:
        if isinstance(node, ast.Import) and _is_ours(code, node):
            yield node


def _parting(code: Code, node: ast.stmt, gone: Collection[int]) -> range:
    """The empty lines that the formatter has put between it and another line that goes."""
    start = end = _numbers(node).stop
    while end <= len(code.lines) and not code.lines[end - 1].strip():
        end += 1
    return range(start, end if end in gone else start)


def _is_used_constant(code: Code, node: ast.stmt) -> bool:
    used = (one for one in code.source.nodes if isinstance(one, ast.Name) and one.id == DEPLOYMENT_VERSION)
    return isinstance(node, ast.Assign) and any(isinstance(one.ctx, ast.Load) for one in used)


def _uses(code: Code) -> list[int]:
    """The lines that use the name."""
    names = (node for node in code.source.nodes if isinstance(node, ast.Name) and node.id == "freshboot")
    return [node.lineno for node in names]


def _imports(code: Code) -> bool:
    return any(
        (isinstance(node, ast.Import) and any(one.name.split(".")[0] == "freshboot" for one in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "freshboot")
        for node in code.source.nodes
    )


def _numbers(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)
