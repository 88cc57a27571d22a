"""One lab for a test file, with the small app that shows what each of its parts is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from freshboot.lab import LabProcess, Options
from tests.lab.developer import Developer, new_repository
from tests.lab.eyes import see


@pytest.fixture(scope="module")
def shared_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabProcess]:
    with LabProcess(Options(new_repository(tmp_path_factory.mktemp("repository") / "sample"))) as lab:
        yield lab


@pytest.fixture(scope="module")
def developer(shared_lab: LabProcess, tmp_path_factory: pytest.TempPathFactory) -> Developer:
    return Developer(shared_lab.remote, tmp_path_factory.mktemp("developer") / "clone")


@pytest.fixture
def lab(shared_lab: LabProcess, developer: Developer) -> LabProcess:
    """The shared lab, awake, without faults, and with the latest release in every layer, looked at."""
    shared_lab.set_faults()
    state, latest = shared_lab.state(), developer.latest
    awake = state["phase"] == "running" and state["replicas"][0]["commit"] == latest.commit
    if not awake or see(shared_lab.url) != [latest.main, latest.module]:
        # Also after a test that has failed and left another app behind.
        latest = developer.release()
        shared_lab.reboot()
        assert see(shared_lab.url) == [latest.main, latest.module]
    return shared_lab


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return new_repository(tmp_path / "repository" / "sample")
