"""Every way in which a Python module can bind a name of its own, found through ``ast``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_HOW: dict[type[ast.stmt], str] = {
    ast.Assign: "together with other names",
    ast.AugAssign: "by an augmented assignment",
    ast.AnnAssign: "without a value",
    ast.Expr: "within an expression",
    ast.FunctionDef: "by `def`",
    ast.AsyncFunctionDef: "by `def`",
    ast.ClassDef: "by `class`",
    ast.Delete: "and deleted by `del`",
    ast.ImportFrom: "by `import`",
    ast.AsyncFor: "by `for`",
    ast.AsyncWith: "by `with`",
}


@dataclass(frozen=True)
class Binding:
    """One place that binds the name: its line, and the ``value`` that is plainly given, or ``how`` else."""

    line: int
    how: str
    value: ast.expr | None = None


def bindings(tree: ast.Module, name: str) -> Iterator[Binding]:
    """All bindings of a global name, in the order of the lines; what ``import *`` binds is not known."""
    for statement in tree.body:
        plain = _plain_value(statement, name)
        if plain is not None:
            yield Binding(statement.lineno, "plainly", plain)
        # The other statements are called like their keywords: If, For, With, Try, While, Match, Import.
        how = _HOW.get(type(statement), f"by `{type(statement).__name__.lower()}`")
        yield from (Binding(line, how) for line in sorted(_lines_binding(plain or statement, name)))


def _plain_value(statement: ast.stmt, name: str) -> ast.expr | None:
    """The value of ``name = value`` or ``name: annotation = value``."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign):
        target = statement.target
    else:
        return None
    return statement.value if isinstance(target, ast.Name) and target.id == name else None


def _lines_binding(root: ast.AST, name: str) -> Iterator[int]:
    pending, line = [root], 0
    while pending:
        node = pending.pop()
        line = getattr(node, "lineno", line)
        if _binds(node, name):
            yield line
        if isinstance(node, _SCOPES):
            yield from (
                one.lineno for one in ast.walk(node) if isinstance(one, ast.Global) and name in one.names
            )
        pending.extend(_same_scope(node))


def _binds(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.Name):
        return node.id == name and not isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.alias):
        return (node.asname or node.name.partition(".")[0]) == name
    # Functions, classes, exceptions and patterns keep the name that they bind as a bare string.
    return name in (getattr(node, "name", None), getattr(node, "rest", None))


def _same_scope(node: ast.AST) -> Iterator[ast.AST]:
    """The children that can bind the same names: no function's or class's body, no comprehension's target."""
    own = "body" if isinstance(node, _SCOPES) else "target" if isinstance(node, ast.comprehension) else None
    for field, value in ast.iter_fields(node):
        if field != own:
            children = value if isinstance(value, list) else [value]
            yield from (child for child in children if isinstance(child, ast.AST))
