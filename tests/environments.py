"""Environments of older Streamlit versions, made on demand, kept in ``.cache/environments`` of the checkout.

freshboot lies in them as in any app's: a plain copy in ``site-packages``. Not by PYTHONPATH, which Streamlit
watches, and not editable.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version as installed
from pathlib import Path

import pytest

NEWEST = "newest"
"""The Streamlit beside the tests themselves."""

OLDER = ("1.28.0", "1.40.0", "1.50.0", "1.58.0")
VERSIONS = (*OLDER, NEWEST)

_CHECKOUT = Path(__file__).parent.parent
_FOLDER = _CHECKOUT / ".cache" / "environments"
_PACKAGE = _CHECKOUT / "src" / "freshboot"
# What a version did not yet know that it cannot do with.
_PINS = {"1.28.0": ("numpy<2", "pyarrow<16", "watchdog<5")}
# The newest Python that every pin has wheels for.
_NEWEST_PYTHON = (3, 12)


class Unavailable(Exception):
    """An environment cannot be made here; the message is one line."""


@cache
def python_of(version: str) -> Path:
    """The interpreter of an environment that has this Streamlit and this freshboot.

    :raises Unavailable: it cannot be installed (no network, no interpreter).
    """
    if version == NEWEST:
        return Path(sys.executable)
    environment = _FOLDER / f"streamlit-{version}-python{sys.version_info.major}.{sys.version_info.minor}"
    with _alone(environment):
        if not (environment / "ready").exists():
            _make(environment, version)
        _install_freshboot(next(environment.glob("lib/python*/site-packages")))
    return environment / "bin" / "python"


def require(version: str) -> str:
    """The interpreter's path, or else a skip that says why in one line."""
    try:
        return str(python_of(version))
    except Unavailable as error:
        pytest.skip(f"no environment of Streamlit {version}: {error}")


@contextmanager
def _alone(environment: Path) -> Iterator[None]:
    """Keep other test runs out until we are done."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with environment.with_name(f"{environment.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(environment: Path, version: str) -> None:
    shutil.rmtree(environment, ignore_errors=True)
    fits = sys.version_info[:2] <= _NEWEST_PYTHON
    python = sys.executable if fits else ".".join(map(str, _NEWEST_PYTHON))
    _uv("venv", "--quiet", "--python", python, str(environment))
    wanted = (f"streamlit=={version}", *_PINS.get(version, ()))
    interpreter = str(environment / "bin" / "python")
    _uv("pip", "install", "--quiet", "--python", interpreter, *wanted)
    (environment / "ready").touch()


def _uv(*arguments: str) -> None:
    ran = subprocess.run([sys.executable, "-m", "uv", *arguments], capture_output=True, text=True)
    if ran.returncode:
        lines = ran.stderr.strip().splitlines() or ["uv failed without a word"]
        raise Unavailable(lines[0])


def _install_freshboot(packages: Path) -> None:
    """Copy the package, with what makes it a distribution, if the source changed since the last time."""
    digest = _digest()
    described = packages / "freshboot-0.dist-info"
    if (described / "digest").exists() and (described / "digest").read_text() == digest:
        return
    new, old = packages / ".freshboot-new", packages / ".freshboot-old"
    for folder in (new, old, described):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(_PACKAGE, new, ignore=shutil.ignore_patterns("__pycache__"))
    if (packages / "freshboot").exists():
        (packages / "freshboot").rename(old)
    new.rename(packages / "freshboot")
    shutil.rmtree(old, ignore_errors=True)
    _compile(packages)
    described.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: freshboot\nVersion: {installed('freshboot')}\n"
    (described / "METADATA").write_text(metadata)
    (described / "digest").write_text(digest)


def _compile(packages: Path) -> None:
    """Keep what Python compiles of what a server imports; to compile whatever is there takes far longer."""
    python = packages.parents[2] / "bin" / "python"
    imported = ("streamlit.web.cli", "streamlit.web.bootstrap", "freshboot.app.boot")
    subprocess.run([python, "-I", "-c", f"import {', '.join(imported)}"], capture_output=True, check=True)


def _digest() -> str:
    digest = hashlib.sha256(installed("freshboot").encode())
    for file in sorted(_PACKAGE.rglob("*.py")):
        digest.update(os.fsencode(file.relative_to(_PACKAGE)) + b"\0" + file.read_bytes())
    return digest.hexdigest()
