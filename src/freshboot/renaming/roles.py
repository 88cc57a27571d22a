"""What a text in a Python source is for, by where it stands."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

import libcst as cst

from freshboot.renaming.texts import Role

# Whose first argument is, or begins with, the name of a module.
_REFERENCES = frozenset(
    {
        *("import_module", "__import__", "find_spec", "importorskip", "run_module", "resolve_name"),
        *("locate", "import_string", "patch", "multiple", "getLogger", "get_data"),
        *("files", "setattr", "delattr"),
    }
)
# Whose second argument is the name of an attribute; what an import binds keeps its name.
_ATTRIBUTES = frozenset({"setattr", "delattr", "getattr", "hasattr", "object"})
_PAGES = frozenset({"Page", "switch_page", "page_link", "navigation"})
_JOINS = frozenset({"join", "joinpath"})
_KEYED = frozenset({"get", "pop", "setdefault"})
_SHOWS = frozenset(
    {
        *("print", "info", "debug", "warning", "error", "critical"),
        *("exception", "log", "write", "markdown", "caption", "title"),
        *("header", "subheader", "text", "metric", "success", "toast"),
    }
)
_STREAMLIT = ("st.", "streamlit.")


def role_of(chain: Sequence[cst.CSTNode], path: str) -> Role:
    """The role of a string in the source at ``path``; the chain leads from the module down to it."""
    is_setup = posixpath.basename(path) == "setup.py"
    is_key, statement = False, None
    for place in range(len(chain) - 2, -1, -1):
        outer, inner = chain[place], chain[place + 1]
        if isinstance(outer, cst.Annotation):
            return Role.ANNOTATION
        if isinstance(outer, (cst.Raise, cst.Expr, cst.Assert)):
            return Role.SHOWN
        if isinstance(outer, (cst.Subscript, cst.Comparison)):
            return _of_lookup(_code(outer))
        if isinstance(outer, cst.BinaryOperation) and isinstance(outer.operator, cst.Divide):
            return Role.JOINED
        if isinstance(outer, cst.Call):
            first = bool(outer.args) and outer.args[0] is inner
            role = _of_call(outer, first=first, is_key=is_key, is_setup=is_setup)
            is_raised = isinstance(chain[place - 1], cst.Raise)
            return Role.SHOWN if is_raised and role is Role.OTHER else role
        is_key = is_key or (isinstance(outer, cst.DictElement) and outer.key is inner)
        if isinstance(outer, cst.BaseStatement):
            statement = outer
            break
    if is_setup:
        return Role.ENTRY
    return Role.DATA if is_key or _is_export(statement) else Role.OTHER


def _of_lookup(code: str) -> Role:
    if "sys.modules" in code:
        return Role.REFERENCE
    return Role.OTHER if "__name__" in code or "__module__" in code else Role.DATA


def _of_call(call: cst.Call, *, first: bool, is_key: bool, is_setup: bool) -> Role:
    called = _code(call.func)
    last = called.rpartition(".")[2]
    if "sys.modules" in _code(call) or (first and (last in _REFERENCES or called.endswith("patch.dict"))):
        return Role.REFERENCE
    if is_setup:
        return Role.ENTRY
    if last in _PAGES:
        return Role.PAGE
    if last in _JOINS:
        return Role.JOINED
    if called.startswith(_STREAMLIT) or last in _SHOWS:
        return Role.SHOWN
    return Role.DATA if is_key or last in _KEYED | _ATTRIBUTES else Role.OTHER


def _is_export(statement: cst.CSTNode | None) -> bool:
    return statement is not None and _code(statement).lstrip().startswith("__all__")


def _code(node: cst.CSTNode) -> str:
    return cst.Module(body=[]).code_for_node(node)
