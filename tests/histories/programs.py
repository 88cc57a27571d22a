"""What the apps' files are compiled to, found out once for all processes that are forked from this one.

A program is the same wherever its file lies. Each time it is a code object of its own, as if it had been
compiled just then: freshboot tells scripts apart by theirs.
"""

from __future__ import annotations

import _imp
import marshal
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from types import CodeType
from typing import Any

from streamlit.runtime.scriptrunner import magic, script_cache

from freshboot.app import running
from tests.histories.app import CODE, ENTRYPOINT, LINEAGES, NUMBERS, PAGE, UNKNOWN, text_of, wishes_of


def know() -> None:
    """Compile whatever a commit may hold, and have whoever compiles it be given that."""
    texts = {
        (path, text_of(path, number, wishes))
        for wishes in map(wishes_of, range(LINEAGES))
        for path in CODE
        for number in (*NUMBERS, UNKNOWN)
    }
    trees = {text: magic.add_magic(text, path) for path, text in texts if path in (ENTRYPOINT, PAGE)}
    known: dict[object, bytes] = {one: _program(one) for one in (*trees, *trees.values())}
    known.update((text.encode(), _program(text)) for _, text in texts)
    _have_magic_give(trees)
    _have_compilers_give(known)


def _program(source: Any) -> bytes:
    return marshal.dumps(running.compile_plainly(source, ""))


def _have_magic_give(trees: dict[str, Any]) -> None:
    """The same tree each time: compiling does not change it."""
    add_magic = magic.add_magic
    magic.add_magic = lambda code, script_path: trees.get(code) or add_magic(code, script_path)


def _have_compilers_give(known: dict[object, bytes]) -> None:
    """Python's for modules, Streamlit's and freshboot's for scripts."""

    def of(plain: Callable[..., CodeType]) -> Callable[..., CodeType]:
        def compiled(source: Any, *arguments: Any, **options: Any) -> CodeType:
            if (program := known.get(source)) is None:
                return plain(source, *arguments, **options)
            return _in_file(program, options.get("filename") or arguments[0])

        return compiled

    for_modules = SourceFileLoader.source_to_code

    def source_to_code(self: SourceFileLoader, data: Any, path: str, **options: Any) -> CodeType:
        return of(lambda data, path: for_modules(self, data, path, **options))(data, path)

    SourceFileLoader.source_to_code = source_to_code  # type: ignore[method-assign, assignment]
    vars(script_cache)["compile"] = of(compile)
    vars(running)["compile_plainly"] = of(running.compile_plainly)


def _in_file(program: bytes, path: str) -> CodeType:
    """As the import system reads one from its cache: what is shared with other processes stays untouched."""
    code: CodeType = marshal.loads(program)
    _imp._fix_co_filename(code, path)
    return code
