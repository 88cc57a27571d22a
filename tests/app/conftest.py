"""Fixtures of the tests that run inside an app."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from freshboot.app import hook, state
from freshboot.app.places import Places
from tests.app.process import Process


@pytest.fixture
def process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Process]:
    """This process as an app's: the hook is in place for a root of its own, and all is undone afterwards."""
    root = tmp_path / "repository"
    root.mkdir()
    monkeypatch.delattr(sys, "_freshboot", raising=False)
    monkeypatch.setattr(sys, "path_hooks", list(sys.path_hooks))
    monkeypatch.syspath_prepend(str(root))
    before = dict(sys.modules)
    remembered = state.state()
    remembered.places = Places(str(root))
    hook.install()
    yield Process(root, remembered)
    sys.modules.clear()
    sys.modules.update(before)
    for folder in list(sys.path_importer_cache):
        if folder.startswith(str(tmp_path)):
            del sys.path_importer_cache[folder]
