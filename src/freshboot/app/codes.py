"""Whether two code objects are the same program, down to constants, line and column numbers."""

from __future__ import annotations

from types import CodeType

_FIELDS = tuple(
    name
    for name in (
        *("co_name", "co_qualname", "co_flags", "co_firstlineno", "co_stacksize", "co_nlocals"),
        *("co_argcount", "co_posonlyargcount", "co_kwonlyargcount"),
        *("co_names", "co_varnames", "co_freevars", "co_cellvars"),
        *("co_code", "co_exceptiontable", "co_linetable"),
    )
    if hasattr(CodeType, name)
)


def fingerprint(code: CodeType) -> tuple[object, ...]:
    """Everything of a code object but its file's name, nested functions and classes included.

    Python's own ``==`` leaves out line numbers (on 3.10) and the exception table.
    """
    return (*(getattr(code, name) for name in _FIELDS), *map(_constant, code.co_consts))


def _constant(value: object) -> object:
    """A key under which 0, 0.0, -0.0 and False differ, and sets do not depend on their order."""
    if isinstance(value, CodeType):
        return (CodeType, fingerprint(value))
    if isinstance(value, tuple):
        return (tuple, tuple(map(_constant, value)))
    if isinstance(value, frozenset):
        return (frozenset, frozenset(map(_constant, value)))
    return (type(value), repr(value))
