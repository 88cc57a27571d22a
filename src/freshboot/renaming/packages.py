"""What a package's own file makes of the name of a module in it."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from freshboot.renaming.layout import Layout

Read = Callable[[str], "bytes | None"]


@dataclass(frozen=True)
class Package:
    """``shadowed`` says, in words, why the package's attribute of that name may be no module.

    ``listed``: a star takes the name along though no import binds it, as it takes whatever is imported.
    """

    shadowed: tuple[str, ...] = ()
    listed: bool = True


def package_of(layout: Layout, ours: str, stem: str, path: str, read: Read) -> Package:
    """What the file at ``path``, of the package that the module ``ours`` lies in, says of its name."""
    data = read(path)
    if data is None:
        return Package()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the app's string escapes
            tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Package((f"{path} cannot be read as Python",))
    bound = list(_bound(tree.body, stem))
    exported = _exported(tree, stem)
    stars = [read(one) or b"" for name in _stars(tree) for one in layout.targets(path, name)[0]]
    found = []
    if any(one is None or ours not in layout.targets(path, one)[0] for one in bound):
        found.append(f"{path} binds {stem} to something else")
    if any(_defines(one, stem) for one in stars):
        found.append(f"{path} gets {stem} by a star")
    if list(_bound(tree.body, "__getattr__")):
        found.append(f"{path} has a __getattr__")
    if not bound and exported:
        found.append(f"{path} has {stem} in __all__, and a star imports it by that")
    return Package(tuple(found), listed=not bound and exported is not False)


def _bound(body: list[ast.stmt], name: str) -> Iterator[str | None]:
    """What a name is bound to at the top of a file: what an import asks for, None for anything else."""
    for node in (inner for statement in body for inner in _outside_of_functions(statement)):
        match node:
            case ast.Import(names=aliases):
                for alias in aliases:
                    if (alias.asname or alias.name.partition(".")[0]) == name:
                        yield alias.name if alias.asname else name
            case ast.ImportFrom(module=module, names=aliases, level=level):
                source = "." * level + (module or "")
                joint = "" if source.endswith(".") else "."
                yield from (
                    f"{source}{joint}{one.name}" for one in aliases if (one.asname or one.name) == name
                )
            case ast.FunctionDef(name=other) | ast.AsyncFunctionDef(name=other) | ast.ClassDef(name=other):
                yield from (None for _ in range(other == name))
            case ast.Name(id=other, ctx=ast.Store() | ast.Del()):
                yield from (None for _ in range(other == name))


def _outside_of_functions(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
        for inner in ast.iter_child_nodes(node):
            yield from _outside_of_functions(inner)


def _exported(tree: ast.Module, stem: str) -> bool | None:
    """Whether ``__all__`` names it; None where there is none."""
    lists = [
        node
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)) and _names_all(node)
    ]
    if not lists:
        return None
    return any(
        isinstance(one, ast.Constant) and one.value == stem for each in lists for one in ast.walk(each)
    )


def _names_all(node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(isinstance(one, ast.Name) and one.id == "__all__" for one in targets)


def _stars(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            yield "." * node.level + (node.module or "")


def _defines(data: bytes, name: str) -> bool:
    pattern = rf"(?m)^(?:(?:async )?def|class)\s+{name}\b|^{name}\s*[:=]"
    return re.search(pattern.encode(), data) is not None
