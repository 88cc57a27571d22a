"""Fixtures of the tests that run inside an app."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.process import Process, process_of


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    """This process as that of an app in a repository of its own."""
    root = tmp_path / "repository"
    root.mkdir()
    with process_of(root) as made:
        yield made
