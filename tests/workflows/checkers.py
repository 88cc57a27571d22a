"""The programs that check workflows. GitHub's own parser comes from npm when asked for, into ``.cache``."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from tests.workflows.project import ROOT

_FOLDER = Path(__file__).parent
_PARTS = ("package.json", "package-lock.json", "validate.mjs")
_CACHE = ROOT / ".cache" / "workflows"
_LIMIT_S = 300


class Unavailable(Exception):
    """A checker cannot be had here; the message is one line."""


def findings(root: Path, *command: str) -> str:
    """What one of the checkers that come with the tests says of ``root``; nothing where it finds nothing."""
    program = str(Path(sys.executable).parent / command[0])
    ran = subprocess.run([program, *command[1:]], cwd=root, capture_output=True, text=True, timeout=_LIMIT_S)
    return ran.stdout + ran.stderr if ran.returncode else ""


def actionlint(root: Path) -> str:
    """Syntax, types, runner labels, and by shellcheck the scripts."""
    shellcheck = Path(sys.executable).parent / "shellcheck"
    return findings(root, "actionlint", "-no-color", "-shellcheck", str(shellcheck))


def zizmor(root: Path, *options: str) -> str:
    """Pins, permissions, injections."""
    severe = ("--offline", "--persona", "pedantic", "--strict-collection", "--no-progress", "--quiet")
    return findings(root, "zizmor", *severe, *options, ".")


def language_service(root: Path) -> str:
    """GitHub's own word on syntax and types.

    :raises Unavailable: there is no npm, or it cannot install.
    """
    ran = subprocess.run(
        ["node", str(_installed() / "validate.mjs"), str(root)],
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
    )
    return ran.stdout + ran.stderr if ran.returncode else ""


def _installed() -> Path:
    """Where it lies, installed for the very versions that are asked for."""
    if shutil.which("npm") is None:
        raise Unavailable("npm is not there: GitHub's own parser is not asked (Debian: apt-get install npm)")
    content = b"".join((_FOLDER / name).read_bytes() for name in _PARTS)
    place = _CACHE / hashlib.sha256(content).hexdigest()[:16]
    if not (place / "ready").exists():
        _install(place)
    return place


def _install(place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for name in _PARTS:
        shutil.copy(_FOLDER / name, place)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    ran = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=_LIMIT_S)
    if ran.returncode:
        raise Unavailable(
            f"npm cannot install GitHub's parser: {(ran.stderr.splitlines() or ['no reason'])[0]}"
        )
    (place / "ready").touch()
