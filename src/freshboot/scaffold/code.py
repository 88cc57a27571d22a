"""The lines in the app: where they go in a Python file, and that they change nothing else in it."""

from __future__ import annotations

import ast
import contextlib
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from freshboot.judge.literals import Source
from freshboot.scaffold.errors import ScaffoldRefused
from freshboot.scaffold.lines import insert, is_signed, note, split
from freshboot.stamp.bindings import bindings
from freshboot.stamp.kinds import DEPLOYMENT_VERSION
from freshboot.survey.head import first_line, head

BOOT = b"import freshboot; freshboot.boot()" + note("before every other import")
_BADGE = b"freshboot.badge()" + note("shows the version that runs")
_STAMPED = note("stamped by freshboot")
LFS = b"version https://git-lfs.github.com/spec/"
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
UNREADABLE = (SyntaxError, ValueError, LookupError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Code:
    """A Python file: its bytes, its lines, and what it says."""

    path: str
    data: bytes
    tree: ast.Module
    source: Source
    lines: list[bytes]

    @property
    def calls(self) -> Iterator[str]:
        """The dotted names of all that it calls, imports' names put in."""
        return (self.source.name(node.func) for node in self.source.nodes if isinstance(node, ast.Call))


def read_code(path: str, data: bytes) -> Code:
    """Parse a file.

    :raises ScaffoldRefused: it is no Python.
    """
    if data.startswith(LFS):
        raise ScaffoldRefused(f"{path}: Git LFS keeps its contents elsewhere", "run git lfs pull")
    try:
        tree = _parsed(data)
        source = Source(path, tree)
    except UNREADABLE as error:
        where = f"{path}:{error.lineno}" if isinstance(error, SyntaxError) and error.lineno else path
        words = error.msg if isinstance(error, SyntaxError) else str(error) or type(error).__name__
        version = ".".join(map(str, sys.version_info[:2]))
        raise ScaffoldRefused(
            f"{where}: not valid Python, as {version} reads it: {words}",
            "mend the file, or run this with the app's own Python",
        ) from None
    return Code(path, data, tree, source, split(data))


def with_boot(path: str, data: bytes) -> bytes:
    """The file with ``boot()`` before every other import, behind the docstring and ``from __future__``.

    :raises ScaffoldRefused: it cannot be put there.
    """
    code = read_code(path, data)
    if "freshboot.boot" in code.calls:
        return data
    first = head(code.tree)
    if first == len(code.tree.body):
        return _inserted(code, len(code.lines), BOOT)
    line = first_line(code.tree.body[first])
    if first and code.tree.body[first - 1].end_lineno == line:
        raise ScaffoldRefused(
            f"{path}:{line}: the first statement shares its line with what must come first",
            "give it a line of its own",
        )
    return _inserted(code, line - 1, BOOT)


def with_constant(path: str, data: bytes, version: str) -> bytes:
    """The file with the constant that a stamp is written into, unless it binds that name already."""
    code = read_code(path, data)
    if any(bindings(code.tree, DEPLOYMENT_VERSION)):
        return data
    line = b'%s = "%s"%s' % (DEPLOYMENT_VERSION.encode(), version.encode(), _STAMPED)
    return _inserted(code, _behind_imports(code), line)


def constant_lines(path: str, data: bytes) -> tuple[int, ...]:
    """The lines that bind the constant's name and are not init's."""
    code = read_code(path, data)
    found = (one.line for one in bindings(code.tree, DEPLOYMENT_VERSION))
    return tuple(line for line in found if not is_signed(code.lines[line - 1]))


def with_badge(path: str, data: bytes, *, last: bool) -> bytes:
    """The file with the badge where it shows: nothing may show before ``st.set_page_config``.

    :param last: some other file of the app's calls that, so only the end is surely behind it
    """
    code = read_code(path, data)
    if "freshboot.badge" in code.calls:
        return data
    badge = _BADGE if _binds_freshboot(code) else b"import freshboot; " + _BADGE
    places = _places(code, last=last)
    for number, indentation in places[:-1]:
        with contextlib.suppress(ScaffoldRefused):
            return _inserted(code, number, indentation + badge)
    return _inserted(code, places[-1][0], badge)


def _places(code: Code, *, last: bool) -> list[tuple[int, bytes]]:
    """Where the badge may stand, each with its indentation, the best place first and the end last."""
    end = len(code.lines), b""
    settings = [node for node in code.source.nodes if _configures_page(code, node)]
    if last or len(settings) > 1:
        return [end]
    return [_behind(code, settings[0]) if settings else (_behind_constant(code), b""), end]


def _parsed(data: bytes) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the app's string escapes
        return ast.parse(data)


def _inserted(code: Code, number: int, line: bytes) -> bytes:
    """The file with one more line, if the program is the same but for what stands in it.

    :raises ScaffoldRefused: it is not.
    """
    after = insert(code.data, number, line)
    try:
        same = _same(code.tree, _parsed(after), number + 1)
    except UNREADABLE:
        same = False
    if not same:
        raise ScaffoldRefused(
            f"{code.path}:{number + 1}: a line put there would change the program",
            "add the lines of the README by hand",
        )
    return after


def _same(before: ast.Module, after: ast.Module, line: int) -> bool:
    for node in ast.walk(after):
        for field in ("body", "orelse", "finalbody"):
            if isinstance(statements := getattr(node, field, None), list):
                setattr(node, field, [one for one in statements if one.lineno != line])
    return ast.dump(before) == ast.dump(after)


def _behind_imports(code: Code) -> int:
    """The number of the line behind the imports that the file begins with."""
    return _behind_last(code, lambda node: isinstance(node, _IMPORTS))


def _behind_constant(code: Code) -> int:
    """The same, and behind the constant that init wrote there."""
    return _behind_last(code, lambda node: isinstance(node, _IMPORTS) or _is_stamped(code, node))


def _behind_last(code: Code, is_wanted: Callable[[ast.stmt], bool]) -> int:
    found = 0
    for statement in code.tree.body:
        if isinstance(statement, _DEFINITIONS) or _shows(code, statement):
            break
        within = [node for node in ast.walk(statement) if isinstance(node, ast.stmt)]
        if any(is_wanted(node) for node in within):
            found = _end(statement)
    return found or len(code.lines)


def _is_stamped(code: Code, statement: ast.stmt) -> bool:
    return code.lines[_end(statement) - 1].rstrip().endswith(_STAMPED)


def _shows(code: Code, statement: ast.stmt) -> bool:
    calls = (node for node in ast.walk(statement) if isinstance(node, ast.Call))
    return any(code.source.name(call.func).startswith("streamlit.") for call in calls)


def _configures_page(code: Code, node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and code.source.name(node.func) == "streamlit.set_page_config"


def _behind(code: Code, call: ast.AST) -> tuple[int, bytes]:
    """The line behind the statement that is this call, and how it is indented."""
    statements = (node for node in code.source.nodes if isinstance(node, ast.Expr) and node.value is call)
    statement = next(statements, None)
    if statement is None:
        return len(code.lines), b""
    line = code.lines[statement.lineno - 1]
    return _end(statement), line[: len(line) - len(line.lstrip(b" \t"))]


def _end(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


def _binds_freshboot(code: Code) -> bool:
    return any(
        isinstance(statement, ast.Import)
        and any(one.name.split(".")[0] == "freshboot" and one.asname is None for one in statement.names)
        for statement in code.tree.body
    )
