"""Completion in a real bash: commands, options, and the values that they take."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from freshboot.cli import main

# What bash does at a tab: the words so far, the one that the cursor is on, and the function that was named.
_AT_A_TAB = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_freshboot_completion freshboot
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("completion") / "freshboot.bash"
    command = [sys.executable, "-m", "freshboot", "completion", "bash"]
    file.write_bytes(subprocess.run(command, capture_output=True, check=True).stdout)
    return file


def completed(script: Path, *words: str) -> list[str]:
    folder = str(Path(sys.executable).parent)
    command = ["bash", "--norc", "-c", _AT_A_TAB, "bash", str(script), "freshboot", *words]
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["sta"], ["stamp"]),
        (["config", "s"], ["schema", "show"]),
        (["confirm", "--via", ""], ["auto", "session", "route", "browser"]),
        (["confirm", "--host", "hu"], ["huggingface"]),
        (["rollout", "--remedy", "nudge,re"], ["nudge,rebuild"]),
        (["remedy", "re"], ["rebuild", "rename"]),
        (["remedy", "move", "--to", "cl"], ["cloud-run"]),
        (["lab", "up", "--fault", "hold-f"], ["hold-file"]),
        (["stamp", "--ver"], ["--verbose"]),
    ],
    ids=" ".join,
)
def test_bash_completes(words: list[str], expected: list[str], script: Path) -> None:
    assert completed(script, *words) == expected


@pytest.mark.parametrize(("shell", "begins"), [("zsh", "#compdef freshboot"), ("fish", "function")])
def test_other_shells_get_theirs(shell: str, begins: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    assert capsys.readouterr().out.startswith(begins)
