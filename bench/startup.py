"""Starting the command: help and a stamp, whole processes, byte-compiled, against the interpreter alone."""

from __future__ import annotations

import compileall
import functools
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import in_turn, report

import freshboot

RUNS = 41
NOTHING, HELP, STAMP = "python -c pass", "freshboot --help", "freshboot stamp"
COMMAND = str(Path(sys.executable).parent / "freshboot")
APP = {"streamlit_app.py": 'DEPLOYMENT_VERSION = "1.0.0"\n', "requirements.txt": "streamlit\n"}


def make_repository(root: Path) -> None:
    """A repository with one commit and two of the three marks."""
    for name, text in APP.items():
        (root / name).write_text(text)
    as_somebody = ("-c", "user.name=bench", "-c", "user.email=bench@example.com")
    for command in (("init", "--quiet"), ("add", "."), (*as_somebody, "commit", "--quiet", "-m", "App")):
        subprocess.run(["git", *command], cwd=root, check=True)


def main() -> bool:
    compileall.compile_dir(Path(freshboot.__file__).parent, quiet=2)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("FRESHBOOT_", "GITHUB_"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as room:
        make_repository(Path(room))
        run = functools.partial(subprocess.run, cwd=room, env=kept, check=True, capture_output=True)
        peers = {
            NOTHING: lambda: run([sys.executable, "-c", "pass"]),
            HELP: lambda: run([COMMAND, "--help"]),
            STAMP: lambda: run([COMMAND, "stamp"]),
        }
        medians = in_turn(peers, RUNS)
    return report("Start of the command", medians, NOTHING, {HELP: 6, STAMP: 16})


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
