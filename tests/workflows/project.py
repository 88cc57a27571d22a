"""This repository as a runner downloads it, and what its workflows use."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent.parent
WORKFLOWS = ROOT / ".github" / "workflows"
ACTION = ROOT / "action.yml"
DOCUMENT = ROOT / "docs" / "actions.md"
_HOMEPAGE = re.search(r'Homepage = "https://github.com/(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
NAME = _HOMEPAGE[1] if _HOMEPAGE else ""
"""The repository's, as it is asked for."""
STAND_INS = Path(__file__).parent / "stand_ins"
_USED = re.compile(r"uses: ([\w-]+/([\w-]+)@[0-9a-f]{40})")
_OF_THE_ACTION = (
    "action.yml",
    ".github",
    "scripts",
    "src",
    "examples",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "docs/freshboot.schema.json",
)


def tracked(*paths: str) -> list[str]:
    """The files that are tracked, or are about to be, below ``paths``; without them all."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *paths]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [name for name in names.split("\0") if name and (ROOT / name).is_file()]


def copy(names: Iterable[str], folder: Path) -> Path:
    """Copy files of this repository as they lie in the work tree."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    return folder


def download(folder: Path) -> Path:
    """What a runner has of it that was asked for the action."""
    return copy(tracked(*_OF_THE_ACTION), folder)


def actions(freshboot: Path) -> dict[str, Path]:
    """Where each action lies that is run here: our own, and a stand-in for every other."""
    text = "".join(path.read_text("utf-8") for path in WORKFLOWS.glob("*.yml"))
    return {f"{NAME}@v1": freshboot, **{used: STAND_INS / name for used, name in _USED.findall(text)}}


def granted(workflow: str) -> dict[str, dict[str, str]]:
    """What ``permissions:`` give each job of a workflow."""
    loaded = yaml.safe_load((WORKFLOWS / workflow).read_text("utf-8"))
    return {name: job.get("permissions", loaded["permissions"]) for name, job in loaded["jobs"].items()}


def script(name: str, root: Path = ROOT) -> Any:
    """A module that lies in ``scripts/``."""
    found = importlib.util.spec_from_file_location(name, root / "scripts" / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def action() -> dict[str, dict[str, dict[str, str]]]:
    """What action.yml says."""
    loaded: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(ACTION.read_text("utf-8"))
    return loaded


def ten_lines() -> str:
    """What another repository needs, as it stands in the document."""
    blocks = re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.S)
    return next(one for one in blocks if "/rollout.yml@v1" in one)
