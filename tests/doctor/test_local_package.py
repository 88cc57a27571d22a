"""What uv, with which Community Cloud installs, does with a package of the repository."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.gitrepo import write

# A builder of its own, so that nothing has to be fetched.
BACKEND = """\
import pathlib, zipfile

def build_wheel(directory, config_settings=None, metadata_directory=None):
    name = "budget-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(directory) / name, "w") as wheel:
        wheel.writestr("budget.py", pathlib.Path("src/budget.py").read_text())
        facts = {
            "METADATA": "Metadata-Version: 2.1\\nName: budget\\nVersion: 1.0\\n",
            "WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
            "RECORD": "",
        }
        for file, text in facts.items():
            wheel.writestr("budget-1.0.dist-info/" + file, text)
    return name
"""
PROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "budget"
version = "1.0"
"""
KEYS = '[tool.uv]\ncache-keys = [{ file = "pyproject.toml" }, { file = "src/**/*" }]\n'


@pytest.mark.parametrize(
    ("keys", "runs"), [("", "RATE = 1\n"), (KEYS, "RATE = 2\n")], ids=["as it is", "told of"]
)
def test_uv_renews_a_copy_only_where_it_is_told_of_its_sources(tmp_path: Path, keys: str, runs: str) -> None:
    write(tmp_path, {"backend.py": BACKEND, "pyproject.toml": PROJECT + keys, "requirements.txt": ".\n"})
    for rate in (1, 2):
        write(tmp_path, {"src/budget.py": f"RATE = {rate}\n", "requirements.txt": f"# {rate}\n.\n"})
        if rate == 1:
            uv(tmp_path, "venv", "--quiet", "--python", sys.executable, "env")
        uv(tmp_path, "pip", "install", "--offline", "--python", "env", "-r", "requirements.txt")
    (installed,) = tmp_path.glob("env/lib/*/site-packages/budget.py")
    assert installed.read_text() == runs


def uv(folder: Path, *words: str) -> None:
    command = [sys.executable, "-m", "uv", *words, "--cache-dir", str(folder / "cache")]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr
