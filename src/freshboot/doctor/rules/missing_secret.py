"""Secrets that the code needs, and that nothing in the repository tells of."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.sources import Module
from freshboot.doctor.table import Field

_SECRETS = "streamlit.secrets"
_EXAMPLE = re.compile(
    r"(?:^|/)(?:[\w.-]*secrets[\w.-]*(?:example|sample|template|dist)[\w.-]*|(?:example|sample|template)[\w.-]*secrets[\w.-]*)\Z"
)
_METHODS = frozenset({"get", "items", "keys", "values", "to_dict", "has_key", "load_if_toml_exists"})


def _look(snapshot: Snapshot) -> Iterator[Found]:
    told = frozenset(_told(snapshot))
    for app in snapshot.apps:
        for module in snapshot.modules(app):
            optional = set(_asked_for_first(module)) | told
            for line, key in _first(module):
                if key not in optional:
                    words = f"the app needs the secret {key}, and no example file of secrets lists it"
                    yield Found(words, module.path, line)


def _first(module: Module) -> list[tuple[int, str]]:
    """Each key where it is needed first."""
    lines: dict[str, int] = {}
    for line, key in _needed(module):
        lines[key] = min(line, lines.get(key, line))
    return [(line, key) for key, line in lines.items()]


def _needed(module: Module) -> Iterator[tuple[int, str]]:
    """The keys that are taken without a default; each raises where the host has no such secret."""
    tried = {id(inner) for one in module.source.nodes if isinstance(one, ast.Try) for inner in _within(one)}
    for node in module.source.nodes:
        match node:
            case ast.Subscript(value=value, slice=ast.Constant(value=str(key))) if _is_it(module, value):
                found = key
            case ast.Attribute(value=value, attr=key) if _is_it(module, value) and key not in _METHODS:
                found = key
            case _:
                continue
        if id(node) not in tried:
            yield node.lineno, found


def _within(node: ast.Try) -> Iterator[ast.AST]:
    for statement in node.body:
        yield from ast.walk(statement)


def _asked_for_first(module: Module) -> Iterator[str]:
    """The keys of which the source asks whether they are there."""
    for node in module.source.nodes:
        match node:
            case ast.Compare(left=ast.Constant(value=str(key)), comparators=[value]) if _is_it(module, value):
                yield key
            case ast.Call(
                func=ast.Attribute(value=value, attr="get"), args=[ast.Constant(value=str(key)), *_]
            ):
                if _is_it(module, value):
                    yield key


def _is_it(module: Module, node: ast.expr) -> bool:
    return module.source.name(node) == _SECRETS


def _told(snapshot: Snapshot) -> Iterator[str]:
    """The keys that an example file lists."""
    for path in filter(_EXAMPLE.search, snapshot.paths):
        yield from snapshot.toml(path)
        yield from re.findall(r"(?m)^[ \t]*(?:#[ \t]*)?\[?\"?([\w-]+)", snapshot.text(path))


RULE = Rule(
    name="missing-secret",
    severity=Severity.NOTE,
    field=Field.ELSEWHERE,
    what="The code takes a key out of `st.secrets` that no example file in the repository lists.",
    why="Secrets are not pushed: they are typed into the host's settings by hand. A key that the code needs "
    "and nobody wrote down is missing there, and the page raises KeyError.",
    fix="set it in the app's settings on the host, and list its name in .streamlit/secrets.example.toml",
    example='password = st.secrets["db_password"]',
    look=_look,
)
