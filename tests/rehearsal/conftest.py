"""An app to rehearse, and what its environment is installed from without freshboot being on any index."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rehearsal.stage import Stage, freshboot_wheel


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Where the tests of one file rehearse: they share its environments."""
    folder = tmp_path_factory.mktemp("rehearsal")
    freshboot_wheel(folder / "wheels")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("UV_FIND_LINKS", "PIP_FIND_LINKS"):
            patch.setenv(name, str(folder / "wheels"))
        patch.setenv("FRESHBOOT_CACHE", str(folder / "cache"))
        yield Stage(folder / "cache", folder / "wheels")
