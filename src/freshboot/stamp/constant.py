"""The mark in Python: a constant, bound once at the module's top level to one plain string literal.

Only the characters between its quotes change.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache

from freshboot.stamp.bindings import Binding, bindings
from freshboot.stamp.mark import MarkRefused, refuse_wide
from freshboot.stamp.python_source import PythonSource
from freshboot.stamp.stamp import Stamp

# One literal from its prefix to its last quote; two that are concatenated do not match.
_LITERAL = re.compile(
    r"""[rRuU]?(?P<quote>'''|\"""|'|")(?P<inner>(?:\\.|(?!(?P=quote))[^\\])*)(?P=quote)""", re.DOTALL
)
_NOT_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Constant:
    """The constant called ``constant`` in the Python file at ``path``."""

    path: str
    constant: str

    @property
    def name(self) -> str:
        """See :class:`~freshboot.stamp.mark.Mark`."""
        return f"constant {self.constant}"

    def value(self, data: bytes | None) -> str | None:
        """The string that the constant is bound to; None if the module binds no such name."""
        # Without the word there is nothing to find: a file for another Python need not parse here.
        if data is None or self.constant.encode() not in data:
            return None
        literal = self._literal(data)
        return None if literal is None else str(literal.value)

    def place(self, data: bytes | None, stamp: Stamp) -> bytes:
        """Replace the characters between the quotes."""
        if data is None:
            raise self._refusal("there is no such file", "add the file, or take it out of `marks:`")
        literal = self._literal(data)
        if literal is None:
            raise self._refusal("the module binds no such name", f'add the line {self.constant} = "0.1.0"')
        try:
            start, end = self._span(data, literal)
        except (ValueError, LookupError, SyntaxError) as error:
            raise self._refusal(
                f"its place in the file cannot be told: {error}", "save the file as UTF-8", literal.lineno
            ) from None
        return data[:start] + str(stamp).encode() + data[end:]

    def verify(self, before: bytes | None, after: bytes) -> None:
        """The two programs are the same but for that one value."""
        (old, _), (new, _) = self._parsed(before or b""), self._parsed(after)
        if not _same(old, new, but=(self._literal(before or b""), self._literal(after))):
            raise self._refusal("it would change the program", "write the constant as one plain string")

    def _parsed(self, data: bytes) -> tuple[ast.Module, tuple[Binding, ...]]:
        refuse_wide(self, data)
        try:
            return _parse(data, self.constant)
        except _NOT_PYTHON as error:
            reason, line = str(error) or type(error).__name__, None
            if isinstance(error, SyntaxError):
                reason, line = error.msg, error.lineno or None  # 0 where the encoding is wrong
            raise self._refusal(f"the file is not valid Python: {reason}", "mend the file", line) from None

    def _literal(self, data: bytes) -> ast.Constant | None:
        """The node of the string; None if nothing binds the name."""
        _, found = self._parsed(data)
        if not found:
            return None
        if len(found) > 1:
            lines = ", ".join(str(one.line) for one in found)
            raise self._refusal(
                f"it is bound {len(found)} times, in lines {lines}", "bind it once", found[1].line
            )
        literal = found[0].value
        if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
            return literal
        reason = f"it is bound {found[0].how}" if literal is None else "its value is not a plain string"
        raise self._refusal(
            reason, f'write {self.constant} = "..." on its own at the top level', found[0].line
        )

    def _span(self, data: bytes, literal: ast.Constant) -> tuple[int, int]:
        """Where in the file the characters between the quotes begin and end."""
        source = PythonSource(data)
        start = source.index(literal.lineno, literal.col_offset)
        end = source.index(literal.end_lineno or 0, literal.end_col_offset or 0)
        quoted = _LITERAL.fullmatch(source.text, start, end)
        if quoted is None:
            raise self._refusal(
                "its value is put together from several strings", "write it as one string", literal.lineno
            )
        return source.offset(quoted.start("inner")), source.offset(quoted.end("inner"))

    def _refusal(self, reason: str, remedy: str, line: int | None = None) -> MarkRefused:
        return MarkRefused(self.path, self.name, reason, remedy, line)


@lru_cache(maxsize=4)
def _parse(data: bytes, name: str) -> tuple[ast.Module, tuple[Binding, ...]]:
    """Finding, placing and verifying ask for the tree of the same bytes; nobody changes it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they are about the app's code, which nobody asked about
        tree = ast.parse(data)
    return tree, tuple(bindings(tree, name))


def _same(one: object, other: object, but: tuple[object, object]) -> bool:
    """Compare two syntax trees but for the places, and for the values of one pair of constants.

    Not with ``ast.dump``: that recurses, and expressions can be deep.
    """
    pending = [(one, other)]
    while pending:
        old, new = pending.pop()
        if type(old) is not type(new):
            return False
        if isinstance(old, list) and isinstance(new, list):
            if len(old) != len(new):
                return False
            pending.extend(zip(old, new, strict=True))
        elif isinstance(old, ast.AST):
            fields = ("kind",) if (old, new) == but else old._fields
            pending.extend((getattr(old, field, None), getattr(new, field, None)) for field in fields)
        elif old != new:
            return False
    return True
