"""Fixtures of the tests that run inside an app."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.installing import Environment, environment_in
from tests.app.process import Process, process_of


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    """This process as that of an app in a repository of its own."""
    root = tmp_path / "repository"
    root.mkdir()
    with process_of(root) as made:
        yield made


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[Environment]:
    """A folder on this process's path that distributions are installed in, and a repository."""
    with environment_in(tmp_path) as made:
        yield made
