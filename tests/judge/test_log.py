"""A host's log as evidence. The logs are of our own making, in the form of published ones."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freshboot.judge.log import LogEvidence, read_log

START = """\
[     UTC     ] Logs for shop.streamlit.app/
────────────────────────────────────────────────────────────────────────────────────────
[03:37:57] 🚀 Starting up repository: 'shop', branch: 'main', main module: 'app/main.py'
[03:37:57] 🐙 Cloning repository...
[03:37:58] 🐙 Cloning into '/mount/src/shop'...
[03:37:59] 🐙 Cloned repository!
[03:37:59] 🐙 Pulling code changes from Github...
[03:38:00] 📦 Processing dependencies...
"""
INSTALLED = """\
──────────────────────────────────────── uv ───────────────────────────────────────────
Using uv pip install.
Resolved 52 packages in 907ms
 + altair==[2026-11-20 02:47:35.143433] 5.5.0
[03:38:20] 🐍 Python dependencies were installed from /mount/src/shop/app/requirements.txt using uv.
Check if streamlit is installed
Streamlit is already installed
[03:38:21] 📦 Processed dependencies!
"""
SEVERAL = """\
[03:38:20] 📦 WARN: More than one requirements file detected in the repository. Available options: uv-sync \
/mount/src/shop/uv.lock, uv /mount/src/shop/requirements.txt, poetry /mount/src/shop/pyproject.toml. \
Used: uv-sync with /mount/src/shop/uv.lock
"""
FAILED = """\
[03:38:30] ❗️ installer returned a non-zero exit code
[03:38:30] ❗️ Error during processing dependencies! Please fix the error and push an update.
"""
PULL = """\
[04:00:00] 🐙 Pulling code changes from Github...
[04:00:01] 📦 Processing dependencies...
[04:00:02] 📦 Processed dependencies!
[04:00:03] 🔄 Updated app!
"""


def test_tells_what_was_started_and_which_file_was_installed_from() -> None:
    assert read_log(START + INSTALLED) == LogEvidence(
        pulls=1,
        clones=1,
        processing_dependencies=True,
        processed_dependencies=True,
        dependency_file="app/requirements.txt",
        installer="uv",
        repository="shop",
        branch="main",
        entrypoint="app/main.py",
    )


def test_tells_which_of_several_dependency_files_won() -> None:
    evidence = read_log(START + SEVERAL)
    assert evidence.dependency_file == "uv.lock"
    assert evidence.installer == "uv-sync"
    assert evidence.candidates == ("uv.lock", "requirements.txt", "pyproject.toml")


def test_tells_an_update_without_a_restart() -> None:
    evidence = read_log(START + INSTALLED + PULL)
    assert (evidence.pulls, evidence.updated, evidence.restarted) == (2, True, False)
    assert evidence.dependency_file == "app/requirements.txt"  # it was not installed anew


def test_tells_a_restart() -> None:
    evidence = read_log(START + INSTALLED + "  Stopping...\n[03:38:25] 🔄 Updated app!\n")
    assert evidence.restarted
    assert evidence.updated


def test_a_restart_before_the_last_pull_says_nothing_of_it() -> None:
    assert not read_log(START + INSTALLED + "  Stopping...\n" + PULL).restarted


@pytest.mark.parametrize(
    "line",
    [
        "ERROR: Could not find a version that satisfies the requirement nosuch==9 (from versions: none)",
        "ERROR: No matching distribution found for nosuch==9",
        "pip: error: no such option: --no-cache-dir",
        "error: Unexpected '-', expected '-c', '-e', '-r' or a requirement at requirements.txt:1:1",
        "E: Package 'libnosuch' has no installation candidate",
        "ERROR: Failed building wheel for nosuch",
        "× No solution found when resolving dependencies:",
        "╰─▶ Because nosuch was not found in the package registry, your requirements are unsatisfiable.",
        "cause: Because nosuch was not found in the package registry and you require",
        "ModuleNotFoundError: No module named 'distutils'",
    ],
)
def test_quotes_the_line_that_says_why_the_build_failed(line: str) -> None:
    evidence = read_log(f"{START}Collecting streamlit\n[03:38:12]   {line}\n{FAILED}")
    assert evidence.build_failed
    assert evidence.failing_lines == (
        line.lstrip("×╰─▶ "),
        "installer returned a non-zero exit code",
        "Error during processing dependencies! Please fix the error and push an update.",
    )


def test_says_that_a_build_failed_also_where_nothing_says_why() -> None:
    assert read_log(START + FAILED).build_failed


def test_names_the_file_that_pip_read_before_it_failed() -> None:
    line = "Collecting numpy==1.22.4 (from -r /mount/src/shop/requirements.txt (line 2))\n"
    assert read_log(START + line + FAILED).dependency_file == "requirements.txt"


def test_an_error_that_did_not_end_the_build_is_no_failure() -> None:
    """uv fails, pip is tried next, and succeeds."""
    evidence = read_log(f"{START}  × No solution found when resolving dependencies:\n{INSTALLED}")
    assert not evidence.build_failed
    assert evidence.failing_lines == ()


def test_a_failure_that_a_later_build_mended_is_none() -> None:
    assert not read_log(START + FAILED + PULL).build_failed


def test_a_later_failure_counts() -> None:
    assert read_log(START + INSTALLED + PULL + PULL.partition("\n")[0] + "\n" + FAILED).build_failed


def test_tells_an_app_that_did_not_come_up() -> None:
    line = "[03:39:47] ❗️ Streamlit server consistently failed status checks\n"
    assert read_log(START + INSTALLED + line).unhealthy


def test_errors_that_the_app_prints_are_no_reasons() -> None:
    evidence = read_log(START + INSTALLED + "ERROR: Could not find a version of the budget\n" + FAILED)
    assert not any("budget" in line for line in evidence.failing_lines)


def test_reads_the_lines_of_older_logs_and_of_numbered_listings() -> None:
    lines = "Pulling code changes from Github...", "installer returned a non-zero exit code"
    log = "\n".join(f"   {number}: [manager] {line}" for number, line in enumerate(lines, 9))
    assert (read_log(log).pulls, read_log(log).build_failed) == (1, True)


def test_takes_colours_and_control_characters_out() -> None:
    line = "\x1b[31mERROR: \x1b[1mNo matching distribution found for nosuch\x1b[0m\x07\x1b]0;title\x07"
    assert (
        read_log(START + line + "\n" + FAILED).failing_lines[0]
        == "ERROR: No matching distribution found for nosuch"
    )


@pytest.mark.parametrize("text", ["", "hello", "[tool.poetry]\nname = 'x'", "\x00" * 1000])
def test_a_text_that_is_no_log_says_nothing(text: str) -> None:
    assert read_log(text) == LogEvidence()
    assert not read_log(text).is_log


def test_a_hostile_log_takes_little_time_and_says_little() -> None:
    lines = [
        "\x1b]" * 3000,
        "[" * 5000,
        "Used: " * 1000,
        "installed from " + "a using " * 600,
        "ERROR: " + "x" * 10**5,
    ]
    started = time.process_time()
    evidence = read_log(
        START + "\n".join(lines * 40) + "\n" + "\n".join(f"ERROR: {n}" for n in range(9999)) + "\n" + FAILED
    )
    assert time.process_time() - started < 5
    assert len(evidence.failing_lines) == 20
    assert max(map(len, evidence.failing_lines)) <= 500


@given(st.text(max_size=300))
def test_reads_whatever_is_pasted(text: str) -> None:
    read_log(START + text)


@pytest.mark.parametrize("option", ["--no-cache-dir", "--force-reinstall"])
def test_recognises_what_pip_and_uv_really_say_to_options_that_the_host_refuses(
    option: str, tmp_path: Path
) -> None:
    """Nothing is fetched: both stop at the option."""
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"{option}\n")
    for command in (("pip", "install", "--no-index"), ("uv", "pip", "install", "--offline", "--dry-run")):
        ran = subprocess.run(
            [sys.executable, "-m", *command, "-r", str(requirements)],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ran.returncode != 0
        evidence = read_log(START + ran.stderr + FAILED)
        assert len(evidence.failing_lines) > 2, ran.stderr
