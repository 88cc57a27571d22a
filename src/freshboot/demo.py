"""The main job shown on the lab, with the sample app: proven, stale on disk, stale in memory, and healed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from freshboot.errors import FreshbootError
from freshboot.lab import LabProcess, Options
from freshboot.tell.terminal import Terminal

_PACKAGED = Path(__file__).parent / "lab" / "examples" / "budget"
_CHECKOUT = Path(__file__).parents[2] / "examples" / "budget"
_ENTRYPOINT = "streamlit_app.py"
_MODULE = "calculations.py"
# Short on purpose: nothing in the lab takes minutes.
_HASTE = ("--settle", "2s", "--grace", "3s", "--timeout", "40s")


class DemoFailed(FreshbootError):
    """The lab did not show what it should: a fault of freshboot itself."""

    exit_code = 70


@dataclass(frozen=True)
class Scene:
    """One push: what a person changes, what the host does wrong, and the verdict that is right then."""

    title: str
    faults: tuple[str, ...]
    heals: bool
    verdict: str
    cause: str | None


SCENES = (
    Scene("A push that arrives", (), True, "proven", None),
    Scene("The host keeps one file back", (f"hold-file:{_MODULE}",), True, "stale", "stale-file"),
    Scene("Nobody is connected, boot() only watches", ("hold-module",), False, "stale", "stale-modules"),
    Scene("Nobody is connected, boot() heals", ("hold-module",), True, "proven", None),
)


def show(terminal: Terminal) -> int:
    """Show every scene.

    :raises DemoFailed: a verdict is not the one that is right.
    """
    with _app() as app:
        terminal.say("starting the lab: a git remote, a host that pulls, a real Streamlit process", "bold")
        with LabProcess(Options(app)) as lab:
            _git(app, "remote", "add", "origin", lab.remote)
            _git(app, "fetch", "-q", "origin")
            terminal.say(f"the app is live at {lab.url}")
            for number, scene in enumerate(SCENES, 1):
                terminal.say("")
                terminal.say(f"{number}. {scene.title}", "bold")
                _play(scene, number, app, lab, terminal)
    terminal.say("")
    terminal.say("All four verdicts are right, and every process has ended.", "bold green")
    return 0


def _play(scene: Scene, number: int, app: Path, lab: LabProcess, terminal: Terminal) -> None:
    lab.set_faults(*scene.faults)
    _change(app, number, heals=scene.heals)
    command = ["rollout", "--url", lab.url, *_HASTE]
    terminal.say(f"$ freshboot {' '.join(command)}", "dim")
    told = _freshboot(app, *command)
    if (told["verdict"], told["cause"]) != (scene.verdict, scene.cause):
        wrong = f"{told['verdict']} ({told['cause']}) where {scene.verdict} ({scene.cause}) is right"
        raise DemoFailed(f"{scene.title}: {wrong}", "please report it, with everything above")


@contextmanager
def _app() -> Iterator[Path]:
    """A repository of the sample app, in a folder of its own that goes away."""
    source = _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT
    with tempfile.TemporaryDirectory(prefix="freshboot-demo-") as folder:
        app = Path(folder) / "budget"
        shutil.copytree(source, app, ignore=shutil.ignore_patterns("__pycache__"))
        _git(app, "init", "-q", "-b", "main")
        _commit(app, "Plan the budget")
        yield app


def _change(app: Path, number: int, *, heals: bool) -> None:
    """What a person does before a push: another line in a module, and boot() with or without healing."""
    module, entrypoint = app / _MODULE, app / _ENTRYPOINT
    module.write_text(module.read_text("utf-8") + f"REVISION = {number}\n", "utf-8")
    text = entrypoint.read_text("utf-8").replace("boot(heal=False)", "boot()")
    entrypoint.write_text(text if heals else text.replace("boot()", "boot(heal=False)"), "utf-8")
    _commit(app, f"Revise the calculation, {number}")


def _freshboot(app: Path, *arguments: str) -> dict[str, Any]:
    """Run the command as a person would; its prose goes to the terminal, its JSON comes back."""
    command = [sys.executable, "-m", "freshboot", *arguments, "--json"]
    done = subprocess.run(command, cwd=app, stdout=subprocess.PIPE, text=True, check=False)
    if not done.stdout:
        raise DemoFailed(f"the command ended with {done.returncode} and no verdict", "see the line above")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _commit(app: Path, message: str) -> None:
    _git(app, "add", "-A")
    _git(app, "-c", "user.name=You", "-c", "user.email=you@example.com", "commit", "-q", "-m", message)


def _git(app: Path, *arguments: str) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(["git", *arguments], cwd=app, env=clean, check=True)
