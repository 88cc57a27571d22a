"""This repository as a runner downloads it, and what its workflows use."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent.parent
WORKFLOWS = ROOT / ".github" / "workflows"
ACTION = ROOT / "action.yml"
DOCUMENT = ROOT / "docs" / "actions.md"
_HOMEPAGE = re.search(r'Homepage = "https://github.com/(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
NAME = _HOMEPAGE[1] if _HOMEPAGE else ""
"""The repository's, as it is asked for."""
_CHECKOUT = re.compile(r"actions/checkout@[0-9a-f]{40}")


def download(folder: Path) -> Path:
    """Copy what is tracked, or is about to be, as it lies in the work tree."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed += [
        "--",
        "action.yml",
        ".github",
        "scripts",
        "src",
        "examples",
        "pyproject.toml",
        "README.md",
        "LICENSE",
    ]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def actions(freshboot: Path) -> dict[str, Path]:
    """Where each action lies that is run here: our own, and a stand-in for checkout."""
    text = "".join(path.read_text("utf-8") for path in WORKFLOWS.glob("*.yml"))
    stand_in = Path(__file__).parent / "checkout"
    return {f"{NAME}@v1": freshboot, **dict.fromkeys(_CHECKOUT.findall(text), stand_in)}


def action() -> dict[str, dict[str, dict[str, str]]]:
    """What action.yml says."""
    loaded: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(ACTION.read_text("utf-8"))
    return loaded


def ten_lines() -> str:
    """What another repository needs, as it stands in the README, and more of it in the document."""
    texts = ((ROOT / "README.md").read_text("utf-8"), DOCUMENT.read_text("utf-8"))
    blocks = (one for text in texts for one in re.findall(r"```yaml\n(.*?)```", text, re.S))
    return next(one for one in blocks if "/rollout.yml@v1" in one)
