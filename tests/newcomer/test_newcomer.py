"""From an app as its owner has it to a proven rollout in five minutes, by the README's commands alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from freshboot.lab import LabProcess
from tests.conftest import LINE
from tests.lab.eyes import see
from tests.newcomer.newcomer import (
    LIMIT_S,
    NAMES,
    Newcomer,
    World,
    arrives,
    make_world,
    options_of,
    sources,
)

SHOWN = {
    "hello": "",
    "monorepo": "Operations",
    "multipage": "Revenue: £4,510",
    "navigation": "Notes",
    "project": "7 days",
    "single": "Hello",
}
"""What a visitor sees of each app."""
QUICKEST = "navigation"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize(
    "name", [name if name == QUICKEST else pytest.param(name, marks=pytest.mark.soak) for name in NAMES]
)
def test_a_newcomer_has_a_proven_rollout_in_five_minutes(
    name: str, world: World, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    began = time.monotonic()
    app = sources(name, tmp_path / "owner" / name)
    with LabProcess(options_of(world, app, name)) as lab:
        newcomer = arrives(world, lab, tmp_path / name, name, began)
        goes_the_whole_way(newcomer)
        shown = see(lab.url)
    assert any(SHOWN[name] in text for text in shown)
    assert newcomer.elapsed < LIMIT_S
    record_property(LINE, f"newcomer with {name}: {newcomer.told}")


def goes_the_whole_way(newcomer: Newcomer) -> None:
    """Set up, look for trouble, rehearse, push, roll out."""
    newcomer.types("freshboot", "init", "--yes", "--url", newcomer.lab.url, "--from", "freshboot")
    newcomer.types("freshboot", "doctor")
    newcomer.types("git", "add", "--all")
    newcomer.types("git", "commit", "--quiet", "--message", "Have every push proven")
    assert "proven commit" in squeezed(newcomer.types("freshboot", "rehearse"))
    newcomer.types("git", "push", "--quiet")
    assert "proven commit" in squeezed(newcomer.types("freshboot", "rollout"))


def squeezed(text: str) -> str:
    return " ".join(text.split())
