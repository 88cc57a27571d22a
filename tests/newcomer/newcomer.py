"""Somebody new: an app of their own that a host already runs, and what the README says to type."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest
import streamlit

from freshboot.lab import LabProcess, Options
from freshboot.rehearsal.rehearse import SECRETS
from tests.environments import Unavailable
from tests.gitrepo import ISOLATION, clone, git, write
from tests.rehearsal.stage import freshboot_wheel

APPS = Path(__file__).parent / "apps"
HELLO = "hello"
NAMES = (*sorted(one.name for one in APPS.iterdir()), HELLO)
SECRET = 'greeting = "Hello"\n'
LIMIT_S = 300.0
"""Five minutes, with everything that is set up for it."""

# Of the host's own environment: what the apps ask for, newest as anywhere else.
_ON_THE_HOST = ("streamlit", "pandas", "numpy", "altair", "pydeck")
_HASTE = {"SETTLE": "0.5s", "GRACE": "1m", "INTERVAL": "0.5s", "TIMEOUT": "2m", "REPLICAS": "1"}
_LONGEST_PROSE = 3000


@dataclass(frozen=True)
class World:
    """What is there before anybody begins: Pythons for hosts, and wheels with freshboot among them."""

    folder: Path
    wheels: Path

    @cached_property
    def bare(self) -> str:
        """The Python of a host that installs what an app asks for beyond Streamlit."""
        return self._made("bare", *_ON_THE_HOST)

    @cached_property
    def ready(self) -> str:
        """That of a host that has all of it: the lab itself installs nothing from a lock."""
        return self._made("ready", *_ON_THE_HOST, "freshboot")

    def _made(self, name: str, *packages: str) -> str:
        python = str(self.folder / name / "bin" / "python")
        try:
            _uv("venv", "--quiet", "--python", sys.executable, str(self.folder / name))
            _uv("pip", "install", "--quiet", "--python", python, f"--find-links={self.wheels}", *packages)
        except Unavailable as error:
            pytest.skip(f"no host can be made: {error}")
        return python

    @property
    def variables(self) -> dict[str, str]:
        """What a newcomer's shell has."""
        programs = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        links = {name: str(self.wheels) for name in ("UV_FIND_LINKS", "PIP_FIND_LINKS")}
        haste = {f"FRESHBOOT_{name}": value for name, value in _HASTE.items()}
        kept = {name: one for name, one in os.environ.items() if not name.startswith("GIT_")}
        person = {
            f"GIT_{role}_{fact}": f"new@{role.lower()}.example"
            for role in ("AUTHOR", "COMMITTER")
            for fact in ("NAME", "EMAIL")
        }
        cache = {"FRESHBOOT_CACHE": str(self.folder / "cache"), "PATH": programs}
        return {**kept, **ISOLATION, **person, **links, **haste, **cache}


def make_world(folder: Path) -> World:
    """Make it, with a wheel of freshboot."""
    freshboot_wheel(folder / "wheels")
    return World(folder, folder / "wheels")


def _uv(*arguments: str) -> None:
    ran = subprocess.run([sys.executable, "-m", "uv", *arguments], capture_output=True, text=True)
    if ran.returncode:
        raise Unavailable((ran.stderr.strip().splitlines() or ["uv failed without a word"])[0])


def sources(name: str, folder: Path) -> Path:
    """The app as its owner has it, committed."""
    if name == HELLO:
        origin = Path(streamlit.__file__).parent / "hello"
        shutil.copytree(origin, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "requirements.txt").write_text("streamlit\npandas\naltair\npydeck\n")
    else:
        shutil.copytree(APPS / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
    if (folder / "pyproject.toml").exists():
        _uv("lock", "--quiet", "--project", str(folder))
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=The app as it was")
    return folder


@dataclass
class Newcomer:
    """Types commands, one after the other, in a clone of what the host runs; keeps what they cost."""

    world: World
    lab: LabProcess
    folder: Path
    began: float
    seconds: dict[str, float] = field(default_factory=dict)

    def types(self, *words: str) -> str:
        """A command that ends well; what it said."""
        program = [sys.executable, "-m", "freshboot"] if words[0] == "freshboot" else [words[0]]
        start = time.monotonic()
        ran = subprocess.run(
            [*program, *words[1:]],
            cwd=self.folder,
            env=self.world.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.seconds[" ".join(words[:2])] = time.monotonic() - start
        assert ran.returncode == 0, (
            f"{' '.join(words)} ended with {ran.returncode}:\n{ran.stdout[-_LONGEST_PROSE:]}"
        )
        return ran.stdout

    @property
    def elapsed(self) -> float:
        """Seconds since the host was set up."""
        return time.monotonic() - self.began

    @property
    def told(self) -> str:
        """All times in a line."""
        parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items())
        return f"{self.elapsed:.1f} s: {parts}"


def options_of(world: World, app: Path, name: str) -> Options:
    """A host that runs the app as it was; what is locked it has already."""
    entrypoint = {"project": "src/app.py", "monorepo": "apps/dashboard/app.py", "single": "app.py"}
    file = entrypoint.get(name, "streamlit_app.py")
    if name == "project":
        return Options(app, file, python=world.ready)
    return Options(app, file, python=world.bare, wheels=world.wheels)


def arrives(world: World, lab: LabProcess, folder: Path, name: str, began: float) -> Newcomer:
    """Somebody with a clone, and with the secrets that the app needs, here and on the host."""
    made = clone(Path(lab.remote), folder)
    if name == "single":
        (replica,) = lab.state()["replicas"]
        home = Path(replica["checkout"]).parents[2] / "home"
        write(home, {SECRETS: SECRET})
        write(made, {SECRETS: SECRET})
    return Newcomer(world, lab, made, began)
