"""The stamp that runs: the value of ``DEPLOYMENT_VERSION`` in the entrypoint's running code."""

from __future__ import annotations

import ast
import os
import re

NAME = "DEPLOYMENT_VERSION"

# What a version or a stamp is made of (SemVer, PEP 440); anything else is not repeated to strangers.
_FORM = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+!_-]{0,99}")


def in_source(data: bytes) -> str | None:
    """The one string that the source binds the name to; None if it binds none, or several."""
    if NAME.encode() not in data:
        return None
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    values = [value for node in ast.walk(tree) for value in _bound(node)]
    return _checked(values[0].value) if len(values) == 1 and isinstance(values[0], ast.Constant) else None


def in_file(root: str) -> str | None:
    """The content of the file of that name at the repository's root."""
    path = os.path.join(root, NAME)
    if not os.path.isfile(path):
        return None
    try:
        with open(path, encoding="utf-8-sig") as file:
            return _checked(file.read(200).strip())
    except (OSError, ValueError):
        return None


def _checked(value: object) -> str | None:
    return value if isinstance(value, str) and _FORM.fullmatch(value) else None


def _bound(node: ast.AST) -> list[ast.expr | None]:
    """What a statement binds the name to."""
    if isinstance(node, ast.AnnAssign) and _is_name(node.target):
        return [node.value]
    if isinstance(node, ast.AugAssign | ast.NamedExpr) and _is_name(node.target):
        return [None]
    if not isinstance(node, ast.Assign):
        return []
    return [value for target in node.targets for value in _paired(target, node.value)]


def _paired(target: ast.expr, value: ast.expr | None) -> list[ast.expr | None]:
    if _is_name(target):
        return [value]
    if not isinstance(target, ast.Tuple | ast.List):
        return []
    values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
    aligned = values if len(values) == len(target.elts) else [None] * len(target.elts)
    return [found for pair in zip(target.elts, aligned, strict=True) for found in _paired(*pair)]


def _is_name(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == NAME
