"""The same twenty tests, written for AppTest, against the code and against a server that runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environments import NEWEST, Unavailable, _alone, _uv, require
from tests.streamlit_server import streamlit_server

APP = Path(__file__).parent / "app"
TOOLS = ("aiohttp>=3.14.2", "pytest>=8", "PyYAML>=6")
UPLOADS_LOCALLY = {"1.40.0": False, "1.50.0": False, "1.58.0": True, NEWEST: True}
"""Which of them test_upload is no part of: their AppTest has no file uploader."""


@pytest.mark.soak
@pytest.mark.parametrize("version", [NEWEST, "1.40.0", "1.50.0", "1.58.0"])
def test_pass_on_the_code_and_on_the_live_app(version: str, tmp_path: Path) -> None:
    app = shutil.copytree(APP, tmp_path / "app")
    python = require(version)
    assert passed(python, app) == (20 + UPLOADS_LOCALLY[version], [])
    with streamlit_server(app / "streamlit_app.py", python=python) as server:
        assert passed(python, app, f"--live-url={server.url}") == (21, [])


def passed(python: str, app: Path, *options: str) -> tuple[int, list[object]]:
    """How many of the tests pass with this Streamlit, and what did not."""
    report = app / "report.json"
    newest = python == sys.executable
    plugin = "freshboot" if newest else "freshboot.pytest_plugin"  # the copy in the others declares none
    command = [python, "-m", "pytest", "-q", "-p", plugin, "-p", "no:cacheprovider", "twenty.py"]
    ran = subprocess.run(
        [*command, f"--live-report={report}", *options],
        cwd=app,
        env={**os.environ, "HOME": str(app), **({} if newest else {"PYTHONPATH": str(tools_of(python))})},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert report.exists(), ran.stdout + ran.stderr
    told = json.loads(report.read_text())
    report.unlink()
    return told["passed"], [*told["failed"], *told["unmade"]]


def tools_of(python: str) -> Path:
    """What live tests need besides Streamlit, beside an environment that is an app's in all other tests."""
    folder = Path(python).parent.parent / "live-tools"
    with _alone(folder):
        if not (folder / "ready").exists():
            try:
                _uv("pip", "install", "-q", "--python", python, "--target", str(folder), *TOOLS)
            except Unavailable as error:
                pytest.skip(f"what live tests need cannot be installed: {error}")
            (folder / "ready").touch()
    return folder
