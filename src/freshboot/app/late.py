"""Packages that are loaded anew find the sub-modules that the old ones had.

A script that was running while modules were dropped may hold ``import pkg.a`` from before and then say
``import pkg.b``, which binds ``pkg`` to a new module that nobody imported ``a`` into. It must not fail for
that: a dropped package's children are imported when somebody reaches for them.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType


def after_import(children: dict[str, frozenset[str]], module: ModuleType) -> None:
    """Have a module that was just loaded, and its parents, find their children.

    :param children: package → names of the sub-modules that it had when it was dropped
    """
    name = module.__name__
    while name:
        if name in children:
            offer(sys.modules.get(name) or module, name, children[name])
        name = name.rpartition(".")[0]


def offer(package: ModuleType, name: str, children: frozenset[str]) -> None:
    """Give a package a ``__getattr__`` (PEP 562) that imports these children, if it has none of its own."""
    vars(package).setdefault("__getattr__", _importer(name, children))


def _importer(package: str, children: frozenset[str]) -> Callable[[str], ModuleType]:
    def __getattr__(name: str) -> ModuleType:  # noqa: N807
        if name in children:
            try:
                return importlib.import_module(f"{package}.{name}")
            except ModuleNotFoundError as error:
                if error.name != f"{package}.{name}":
                    raise
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return __getattr__
