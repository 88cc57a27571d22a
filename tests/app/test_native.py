"""Compiled libraries that are loaded past the import system."""

from __future__ import annotations

import ctypes
import math
import shutil
import sys

import pytest

from freshboot.app import native
from freshboot.proof import Kind
from tests.app.process import Process

LIBRARY = getattr(math, "__file__", None)
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what is mapped"),
    pytest.mark.skipif(LIBRARY is None, reason="this interpreter's extension modules are built in"),
]


@pytest.mark.parametrize("gone", [True, False], ids=["deleted", "replaced"])
def test_an_old_library_is_told(process: Process, gone: bool) -> None:
    library = process.root / "speed up.so"
    shutil.copy(str(LIBRARY), library)
    ctypes.CDLL(str(library))
    assert not process.told(Kind.UNRECORDED)
    fresh = process.root / "fresh.so"
    shutil.copy(str(LIBRARY), fresh)
    if gone:
        library.unlink()
    else:
        fresh.replace(library)
    assert process.told(Kind.UNRECORDED) == {("speed up.so", "unrecorded")}


def test_where_the_system_does_not_tell_nothing_is(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "_MAPS", str(process.root / "missing"))
    assert list(native.replaced(process.places)) == []
