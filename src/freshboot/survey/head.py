"""What must come first in a Python file, and where the rest begins."""

from __future__ import annotations

import ast


def head(tree: ast.Module) -> int:
    """How many statements must come first: the docstring, and imports from ``__future__``."""
    count = 1 if ast.get_docstring(tree, clean=False) is not None else 0
    for statement in tree.body[count:]:
        if not (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
            break
        count += 1
    return count


def first_line(statement: ast.stmt) -> int:
    """The line in which a statement begins, its decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(one.lineno for one in decorators)])
