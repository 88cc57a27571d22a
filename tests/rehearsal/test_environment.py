"""Environments really made, of wheels made by hand, with no index: kept, made anew, removed."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from freshboot.errors import ConfigurationError
from freshboot.lab.guard import Guard
from freshboot.rehearsal import environment
from freshboot.rehearsal.environment import UNUSED_FOR, Environment, Place, place_of, python_of, why
from freshboot.rehearsal.errors import BuildFailed, CannotRehearse
from freshboot.rehearsal.installer import installer_for, source_of
from freshboot.rehearsal.programs import find
from tests.gitrepo import write
from tests.lab.wheels import make_wheel

PYTHON = python_of(sys.executable)


@dataclass
class Room:
    folder: Path
    guard: Guard

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    async def make(self, requirements: str, now: float = 1000.0) -> tuple[Place, Environment]:
        write(self.folder / "clone", {"requirements.txt": requirements})
        source = source_of(
            lambda path: requirements.encode() if path == "requirements.txt" else None, "requirements.txt", {}
        )
        place = place_of(self.cache, source, PYTHON, "uv")
        installer = installer_for(source, place.folder, find)
        made = await environment.make(
            place, installer, PYTHON, self.folder / "clone", self.guard, lambda: now
        )
        return place, made


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    wheels = tmp_path / "wheels"
    make_wheel(wheels, "9.9", "streamlit")
    make_wheel(wheels, "1.0")
    for name, value in (("UV_FIND_LINKS", str(wheels)), ("UV_NO_INDEX", "1"), ("UV_OFFLINE", "1")):
        monkeypatch.setenv(name, value)
    guarded = tmp_path / "guarded"
    guarded.mkdir()
    guard = Guard(guarded)
    yield Room(tmp_path, guard)
    guard.close()


async def test_an_environment_that_is_ready_is_kept(room: Room) -> None:
    place, made = await room.make("streamlit\n")
    kept = place.kept()
    assert kept is not None
    assert (kept.streamlit, kept.made, kept.kept, kept.added) == ("9.9", 1000.0, True, False)
    assert not made.kept


async def test_an_environment_whose_python_is_gone_is_not_kept(room: Room) -> None:
    place, made = await room.make("streamlit\n")
    os.unlink(made.python)
    assert place.kept() is None


async def test_one_that_could_not_be_finished_is_not_kept(room: Room) -> None:
    with pytest.raises(BuildFailed):
        await room.make("no-such-package\n")
    assert not list(room.cache.glob("*/ready.json"))


async def test_streamlit_is_there_though_nobody_asks_for_it(room: Room) -> None:
    _, made = await room.make("demo-package\n")
    assert (made.streamlit, made.added) == ("9.9", True)


async def test_an_installer_that_fails_says_in_which_lines_why(room: Room) -> None:
    with pytest.raises(BuildFailed) as failed:
        await room.make("no-such-package==3\n")
    assert any("no-such-package" in line for line in failed.value.lines)
    assert str(room.cache) in failed.value.remedy


async def test_a_network_that_is_gone_says_nothing_of_the_commit(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("UV_NO_INDEX", "UV_OFFLINE"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("NO_PROXY", "*")
    with pytest.raises(CannotRehearse, match="a server cannot be reached"):
        await room.make("no-such-package\n")


def test_passwords_of_an_index_are_not_told() -> None:
    assert "hunter2" not in environment.redact("error: https://me:hunter2@index.example/simple")


def test_where_no_line_says_why_the_last_ones_are_told() -> None:
    assert why("one\n\ntwo\n") == ("one", "two")


async def test_only_what_nobody_used_for_a_month_and_nobody_uses_is_removed(room: Room) -> None:
    old, _ = await room.make("streamlit\n")
    held, _ = await room.make("streamlit\n# held\n")
    new, _ = await room.make("streamlit\n# new\n")
    for place, at in ((old, 0.0), (held, 0.0), (new, UNUSED_FOR)):
        environment.used(place, at)
    async with environment.alone(held, lambda: None):
        environment.remove_unused(room.cache, UNUSED_FOR + 1)
    assert [place.folder.exists() for place in (old, held, new)] == [False, True, True]


async def test_a_second_rehearsal_waits_for_the_first(room: Room) -> None:
    place, _ = await room.make("streamlit\n")
    waited: list[str] = []
    with (place.cache / f"{place.key}.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)

        def waiting() -> None:
            waited.append("told")
            fcntl.flock(other, fcntl.LOCK_UN)

        async with environment.alone(place, waiting):
            assert waited == ["told"]


def test_a_python_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no program"):
        python_of(str(tmp_path / "python"))
    with pytest.raises(ConfigurationError, match="does not run as a Python"):
        python_of(shutil.which("true") or "true")
