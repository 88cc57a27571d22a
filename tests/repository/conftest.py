from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.gitrepo import ISOLATION, clone
from tests.repository.stamper import remote_and_clone


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    """No git settings of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A bare remote; ``folder`` is a clone of it, and ``rival`` somebody else's."""
    return remote_and_clone(tmp_path)[0]


@pytest.fixture
def folder(remote: Path, tmp_path: Path) -> Path:
    return tmp_path / "clone"


@pytest.fixture
def rival(remote: Path, tmp_path: Path) -> Path:
    return clone(remote, tmp_path / "rival")
