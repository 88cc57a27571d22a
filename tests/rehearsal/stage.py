"""Rehearsals as a person makes them: a repository, the command, and what it told."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from freshboot.cli.main import main
from tests.lab.wheels import DESCRIPTION

PACKAGE = Path(__file__).parents[2] / "src" / "freshboot"
MAIN = """\
import freshboot

freshboot.boot()

import streamlit as st
from helpers import VALUE

st.text(VALUE)
"""
PAGE = 'import freshboot\n\nfreshboot.boot()\n\nimport streamlit as st\n\nst.text("detail")\n'
FILES = {
    "streamlit_app.py": MAIN,
    "helpers.py": "VALUE = 1\n",
    "pages/detail.py": PAGE,
    "requirements.txt": "streamlit\nfreshboot\n",
}


@dataclass(frozen=True)
class Stage:
    """Where environments are kept, and a folder of wheels."""

    cache: Path
    wheels: Path


@dataclass(frozen=True)
class Told:
    """What ``freshboot rehearse`` said."""

    code: int
    facts: dict[str, Any]
    prose: str

    @property
    def verdict(self) -> tuple[int, str, str | None]:
        return self.code, self.facts["verdict"], self.facts["cause"]

    @property
    def steps(self) -> dict[str, bool]:
        return {one["step"]: one["passed"] for one in self.facts["steps"]}


def rehearse(folder: Path, *arguments: str) -> Told:
    """Rehearse the commit that is checked out in ``folder``, or as the arguments say."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["rehearse", "--json", "--repo", str(folder), *arguments])
    return Told(code, json.loads(out.getvalue() or "{}"), err.getvalue())


def freshboot_wheel(folder: Path) -> Path:
    """The wheel that an app would install, of the source as it is: it has no dependencies."""
    folder.mkdir(parents=True, exist_ok=True)
    number = version("freshboot")
    described = f"freshboot-{number}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: freshboot\nVersion: {number}\n"
    texts = {f"{described}/METADATA": metadata, f"{described}/WHEEL": DESCRIPTION}
    modules = [one for one in sorted(PACKAGE.rglob("*")) if one.is_file() and "__pycache__" not in one.parts]
    names = [f"freshboot/{one.relative_to(PACKAGE).as_posix()}" for one in modules]
    record = "".join(f"{name},,\n" for name in (*names, *texts, f"{described}/RECORD"))
    wheel = folder / f"freshboot-{number}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, module in zip(names, modules, strict=True):
            archive.write(module, name)
        for name, text in {**texts, f"{described}/RECORD": record}.items():
            archive.writestr(name, text)
    return wheel


def require_an_index() -> None:
    """Skip, in one line, where no package index gives Streamlit."""
    asked = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--dry-run", "--reinstall", "streamlit"]
    if subprocess.run(asked, capture_output=True).returncode:
        pytest.skip("no package index gives Streamlit")
