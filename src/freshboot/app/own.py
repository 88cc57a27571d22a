"""Modules that are loaded past the hook and never dropped, and attested nevertheless.

These are freshboot's own, where they lie in the repository, and copies of the app's in ``site-packages``.
They were imported in the plain way. What that ran is known if the file has not changed since before the
import, and if what the import system takes for its code (a ``.pyc`` may be stale) is what the file says.
"""

from __future__ import annotations

import os
from importlib.machinery import SourceFileLoader

from freshboot.app.codes import fingerprint
from freshboot.app.files import SETTLED_NS, Signature, signature
from freshboot.app.installed import is_new
from freshboot.app.state import State

_FINE_NS = 100_000_000  # ten ticks of a kernel's clock, and more than reading freshboot's first file takes


def is_own(name: str) -> bool:
    """Tell freshboot's modules from the app's, by their name."""
    return name == "freshboot" or name.startswith("freshboot.")


def blob(state: State, name: str, module: object, file: str, *, copied: bool = False) -> str | None:
    """The blob id of what the module runs; None if that is not known. Found out once for each module.

    :param copied: it may have been imported at any time since the process's start
    """
    known = state.own.get(name)
    if known is None or known[0] is not module:
        known = state.own[name] = (module, _blob(state, module, file, copied=copied))
    return known[1]


def _blob(state: State, module: object, file: str, *, copied: bool) -> str | None:
    try:
        before = os.stat(file)
        new = is_new(before.st_ctime_ns) if copied else _changed_since(state.imported_ns, signature(before))
        if new or not _runs_its_source(module, file):
            return None
        found = state.files.read(file)
        return found if signature(os.stat(file)) == signature(before) else None
    except (OSError, SyntaxError, ValueError):
        return None


def _changed_since(imported_ns: int, found: Signature) -> bool:
    """Whether the file may have changed since freshboot's import began.

    A change time with a fraction comes from a file system that counts finely enough for the shorter margin.
    """
    changed = found[2]
    margin = _FINE_NS if changed % 1_000_000_000 else SETTLED_NS
    return changed + margin > imported_ns


def _runs_its_source(module: object, file: str) -> bool:
    loader = getattr(module, "__loader__", None)
    if not isinstance(loader, SourceFileLoader):
        return False
    code = loader.get_code(loader.name)
    with open(file, "rb") as source:
        data = source.read()
    return code is not None and fingerprint(code) == fingerprint(loader.source_to_code(data, file))
