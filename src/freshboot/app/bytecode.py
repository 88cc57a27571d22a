"""A code cache that cannot be stale: PEP 552's checked, hash-based ``.pyc`` files at the standard place.

They are valid for exactly the bytes that they were compiled from, whatever the times and sizes say. Plain
Python reads them too, and checks them in the same way.
"""

from __future__ import annotations

import importlib.util
import marshal
import os
import stat
import struct
from types import CodeType

from freshboot.app.content import content

_CHECKED = struct.pack("<I", 0b11)  # hash-based, to be checked on every import
_HEADER_BYTES = 16


def cache_path(source_path: str) -> str | None:
    """Where the interpreter caches the code of this file; None if it caches none."""
    try:
        return importlib.util.cache_from_source(source_path)
    except NotImplementedError:
        return None


def read(path: str, source: bytes, source_path: str) -> CodeType | None:
    """The cached code, if it was compiled from these bytes at this place; None else."""
    try:
        data = content(path)
    except OSError:
        return None
    if data[:_HEADER_BYTES] != _header(source):
        return None
    try:
        code = marshal.loads(memoryview(data)[_HEADER_BYTES:])  # noqa: S302  # as the import system does
    except (ValueError, EOFError, TypeError):
        return None
    # A copied repository brings its caches along; their tracebacks would name the place that it came from.
    return code if isinstance(code, CodeType) and code.co_filename == source_path else None


def dump(code: CodeType, source: bytes) -> bytes:
    """The content of a cache file."""
    return _header(source) + marshal.dumps(code)


def mode_for(source_path: str) -> int:
    """Permissions for the cache file: whoever may not read the source may not read its code either."""
    try:
        return stat.S_IMODE(os.stat(source_path).st_mode) | stat.S_IWUSR
    except OSError:
        return 0o600


def _header(source: bytes) -> bytes:
    return importlib.util.MAGIC_NUMBER + _CHECKED + importlib.util.source_hash(source)
