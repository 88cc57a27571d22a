"""Options that break a build are found where they stand; pip and uv themselves say which those are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from freshboot.dependencies.refused import REFUSED, Refused, refused

IN_FILES = ("--pre", "--prefer-binary", "--no-index", "--require-hashes", "--no-binary=six", "-e ./lib")


def found(text: str, **others: str) -> list[str]:
    files = {"requirements.txt": text, **{f"{name}.txt": more for name, more in others.items()}}
    read = {path: content.encode() for path, content in files.items()}
    return [str(one) for one in refused(read.get, "requirements.txt")]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what pip brings along
@pytest.mark.parametrize("option", sorted(REFUSED))
def test_pip_refuses_each_in_a_file(option: str, tmp_path: Path) -> None:
    req_file = pytest.importorskip("pip._internal.req.req_file")
    file = tmp_path / "requirements.txt"
    file.write_text(f"{option}\n")
    with pytest.raises(req_file.RequirementsFileParseError, match="no such option"):
        list(req_file.parse_requirements(str(file), req_file.PipSession()))
    assert found(file.read_text()) == [f"requirements.txt:1: {option}"]


def test_uv_refuses_what_was_meant_to_install_anew(tmp_path: Path) -> None:
    for option in ("--force-reinstall", "--no-cache-dir", "-U"):
        (tmp_path / "requirements.txt").write_text(f"{option}\n")
        command = [sys.executable, "-m", "uv", "pip", "compile", "--offline", "requirements.txt"]
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert ran.returncode == 2
        assert "Unexpected '-'" in ran.stderr


@pytest.mark.parametrize("line", [*IN_FILES, "six==1.16.0 --hash=sha256:00", "# --upgrade", "six  # -U"])
def test_what_a_file_may_hold_is_not_found(line: str) -> None:
    assert found(f"{line}\n") == []


def test_each_is_told_with_its_file_and_line() -> None:
    text = "streamlit\r\n--force-reinstall --no-cache-dir\r\nsix -U\r\n-r more.txt\r\n"
    assert found(text, more="--timeout=5\n-r requirements.txt\n") == [
        "requirements.txt:2: --force-reinstall",
        "requirements.txt:2: --no-cache-dir",
        "requirements.txt:3: -U",
        "more.txt:1: --timeout=5",
    ]


@pytest.mark.parametrize(
    ("text", "alone"),
    [("--upgrade  # now\n", True), ("six --upgrade\n", False), ("six \\\n--upgrade\n", False)],
)
def test_only_a_line_of_nothing_else_can_go(text: str, alone: bool) -> None:
    (one,) = refused({"requirements.txt": text.encode()}.get, "requirements.txt")
    assert one == Refused("requirements.txt", one.line, "--upgrade", alone)


def test_other_dependency_files_have_no_such_lines() -> None:
    assert refused({"pyproject.toml": b"--upgrade\n"}.get, "pyproject.toml") == ()


def test_a_long_run_of_blanks_is_looked_at_once() -> None:
    """Looked at from each of its blanks again, it would take hours."""
    blanks = " " * 400_000
    assert found(f"streamlit{blanks}x # --pre\n--no-cache-dir{blanks}# why") == [
        "requirements.txt:2: --no-cache-dir"
    ]
