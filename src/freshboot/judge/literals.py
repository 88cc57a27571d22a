"""What an expression of a source says without being run: names after their imports, and paths."""

from __future__ import annotations

import ast
import posixpath
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

_SAME_FILE = {"resolve", "absolute", "expanduser", "as_posix", "strip", "encode"}  # methods
_SAME_PATH = {
    "str",
    "Path",
    "PosixPath",
    "PurePath",
    "PurePosixPath",
    "fspath",
    "abspath",
    "realpath",
    "normpath",
}
_DEEPEST = 50
_LONGEST = 1000  # characters of a path


@dataclass(frozen=True)
class FilePath:
    """A path out of a source. ``is_exact``: from the repository's root, since it comes from ``__file__``.

    ``is_tail``: what stands before it is not known.
    """

    text: str
    is_exact: bool = False
    is_tail: bool = False

    def parent(self) -> FilePath:
        """The folder that it lies in."""
        return FilePath(posixpath.dirname(self.text), self.is_exact, self.is_tail)

    def joined(self, text: str) -> FilePath:
        """What lies below it."""
        return FilePath(posixpath.join(self.text, text), self.is_exact, self.is_tail)


class Source:
    """A parsed source: what its names are bound to, wherever in it that is."""

    def __init__(self, path: str, tree: ast.Module) -> None:
        self.path = path
        self.nodes = list(ast.walk(tree))
        self._imported: dict[str, str] = {}
        self._bound: dict[str, list[ast.expr]] = defaultdict(list)
        self._opaque: set[str] = set()
        self._paths: dict[str, FilePath | None] = {}
        for node in self.nodes:
            self._import(node)
            self._assign(node)

    def name(self, node: ast.AST) -> str:
        """The dotted name of an expression with imports' names put in; empty if it is not one."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name):
            parts.append(self._imported.get(node.id, node.id))
        elif parts:
            parts.append("")
        return ".".join(reversed(parts))

    def bound(self, name: str) -> list[ast.expr] | None:
        """Everything that a name is bound to; None where that cannot be seen (parameters, loops)."""
        is_seen = name in self._bound and name not in self._opaque and name not in self._imported
        return self._bound[name] if is_seen else None

    def file_path(self, node: ast.AST | None, depth: int = 0) -> FilePath | None:
        """The path that an expression stands for, as far as the source says; None if it does not."""
        if depth > _DEEPEST:
            return None
        depth += 1
        match node:
            case ast.Constant(value=str(text)) if len(text) <= _LONGEST:
                return FilePath(text)
            case ast.Name(id="__file__"):
                return FilePath(self.path, is_exact=True)
            case ast.Name(id=name):
                return self._path_of(name, depth)
            case ast.Attribute(value=value, attr="parent"):
                return _parent(self.file_path(value, depth))
            case ast.Subscript(
                value=ast.Attribute(value=value, attr="parents"), slice=ast.Constant(value=int(n))
            ):
                return _parent(self.file_path(value, depth), min(n, _DEEPEST) + 1)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return self._join([left, right], depth)
            case ast.BinOp(op=ast.Add()) | ast.JoinedStr():
                return self._concatenated(list(_pieces(node)), depth)
            case ast.Call():
                return self._called(node, depth)
        return None

    def _path_of(self, name: str, depth: int) -> FilePath | None:
        bound = self.bound(name) or []
        if name not in self._paths and len(bound) == 1:
            self._paths[name] = None  # until it is known: names can be bound in a circle
            self._paths[name] = self.file_path(bound[0], depth)
        return self._paths.get(name)

    def _called(self, call: ast.Call, depth: int) -> FilePath | None:
        last = self.name(call.func).rpartition(".")[2]
        method_of = call.func.value if isinstance(call.func, ast.Attribute) else None
        if last in _SAME_FILE and method_of is not None:
            return self.file_path(method_of, depth)
        if last == "joinpath" and method_of is not None:
            return self._join([method_of, *call.args], depth)
        if last == "with_name" and method_of is not None:
            folder = _parent(self.file_path(method_of, depth))
            return self._below(folder, call.args, depth)
        if last == "dirname" and len(call.args) == 1:
            return _parent(self.file_path(call.args[0], depth))
        if last == "join" or (last in _SAME_PATH and call.args):
            return self._join(call.args, depth)
        return None

    def _join(self, parts: list[ast.expr], depth: int) -> FilePath | None:
        """Paths joined; only the first may be unknown."""
        head = self.file_path(parts[0], depth) if parts else None
        if head is None and len(parts) > 1:
            head = FilePath("", is_tail=True)
        return self._below(head, parts[1:], depth)

    def _below(self, head: FilePath | None, parts: list[ast.expr], depth: int) -> FilePath | None:
        joined = head
        for part in (self.file_path(one, depth) for one in parts):
            if joined is None or part is None or part.is_tail:
                return None
            joined = part if part.is_exact else joined.joined(part.text[:_LONGEST])
        return joined

    def _concatenated(self, pieces: list[ast.expr], depth: int) -> FilePath | None:
        """Texts put together; what begins with a slash after something unknown is a tail."""
        whole: FilePath | None = FilePath("")
        for piece in pieces:
            known = self.file_path(piece, depth)
            if known is None:
                whole = None
            elif whole is None:
                whole = FilePath(known.text.lstrip("/"), is_tail=True) if known.text.startswith("/") else None
            else:
                exact = whole.is_exact or (known.is_exact and not whole.text)
                whole = FilePath((whole.text + known.text)[:_LONGEST], exact, whole.is_tail or known.is_tail)
        return whole

    def _import(self, node: ast.AST) -> None:
        match node:
            case ast.Import(names=names):
                for one in names:
                    head = one.name.partition(".")[0]
                    self._imported[one.asname or head] = one.name if one.asname else head
            case ast.ImportFrom(module=module, names=names):
                self._imported.update({one.asname or one.name: f"{module or ''}.{one.name}" for one in names})

    def _assign(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, value)
            case ast.AnnAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
                self._bind(target, value)
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                self._bind(target, value)
            case ast.For(target=target) | ast.AsyncFor(target=target) | ast.comprehension(target=target):
                self._bind(target, None)
            case ast.AugAssign(target=target):
                self._bind(target, None)
            case ast.arg(arg=name):
                self._opaque.add(name)

    def _bind(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(target, ast.Name) and value is not None:
            self._bound[target.id].append(value)
        else:
            self._opaque |= {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}


def _parent(path: FilePath | None, levels: int = 1) -> FilePath | None:
    for _ in range(levels):
        path = path and path.parent()
    return path


def _pieces(node: ast.AST) -> Iterator[ast.expr]:
    """The texts that ``+`` or an f-string puts together, from left to right."""
    if isinstance(node, ast.JoinedStr):
        for value in node.values:
            yield value.value if isinstance(value, ast.FormattedValue) else value
        return
    rights: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        rights.append(node.right)
        node = node.left
    if isinstance(node, ast.expr):
        yield node
    yield from reversed(rights)
