"""A host's log as evidence, saved or pasted: for a build that failed, and for the dependency file that wins.

The logs are of our own making, in the form of published ones; the lab's are in the other field reports.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.endtoend.field_reports import QUICK, advice, deploy, push
from tests.endtoend.team import Team, Told, files_of, freshboot
from tests.gitrepo import ISOLATION, git, make_repository

START = """\
[03:37:57] 🚀 Starting up repository: 'shop', branch: 'main', main module: 'app/main.py'
[03:37:57] 🐙 Cloning repository...
[03:37:59] 🐙 Cloned repository!
[03:37:59] 🐙 Pulling code changes from Github...
[03:38:00] 📦 Processing dependencies...
"""
INSTALLED = """\
[03:38:20] 🐍 Python dependencies were installed from /mount/src/shop/{file} using uv.
[03:38:21] 📦 Processed dependencies!
"""
SEVERAL = """\
[03:38:20] 📦 WARN: More than one requirements file detected in the repository. Available options: uv-sync \
/mount/src/shop/uv.lock, uv /mount/src/shop/requirements.txt. Used: uv-sync with /mount/src/shop/uv.lock
"""
FAILED = """\
[03:38:12] error: Unexpected '-', expected '-c', '-e', '-r' or a requirement at app/requirements.txt:1:1
[03:38:30] ❗️ installer returned a non-zero exit code
[03:38:30] ❗️ Error during processing dependencies! Please fix the error and push an update.
"""
UPDATED = """\
[04:00:00] 🐙 Pulling code changes from Github...
[04:00:01] 📦 Processing dependencies...
[04:00:02] 📦 Processed dependencies!
[04:00:03] 🔄 Updated app!
"""
SHOP = {
    "app/main.py": "import streamlit as st\n",
    "app/requirements.txt": "streamlit\n",
    "requirements.txt": "streamlit\npandas\n",
    ".github/freshboot.yml": "entrypoint: app/main.py\n",
}


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)


def report(folder: Path, log: str, files: Mapping[str, str] = SHOP) -> Told:
    """What is said of a log that was saved."""
    repository = make_repository(folder / "shop", files)
    (folder / "host.log").write_text(log)
    return freshboot(repository, "report", "--log", str(folder / "host.log"))


def test_a_failed_build_is_told_with_the_line_that_says_why(tmp_path: Path) -> None:
    told = report(tmp_path, START + FAILED)
    assert told.code == 0
    assert told.facts["schema"] == "log-v1"
    assert (told.facts["build_failed"], told.facts["cause"]) == (True, "build-failed")
    assert told.facts["failing_lines"][0].startswith("error: Unexpected '-'")
    assert "the line that fails names the requirement" in advice(told)
    assert "error: Unexpected '-'" in told.prose
    assert "the build failed" in told.prose


def test_a_log_without_a_failure_tells_none(tmp_path: Path) -> None:
    told = report(tmp_path, START + INSTALLED.format(file="app/requirements.txt"))
    assert (told.code, told.facts["build_failed"], told.facts["cause"]) == (0, False, None)
    assert (told.facts["failing_lines"], told.facts["next"]) == ([], [])


def test_a_failure_that_a_later_build_mended_is_told_no_more(tmp_path: Path) -> None:
    told = report(tmp_path, START + FAILED + UPDATED)
    assert (told.facts["build_failed"], told.facts["updated"]) == (False, True)


def test_the_file_that_the_host_took_is_held_against_the_one_that_should_win(tmp_path: Path) -> None:
    told = report(tmp_path, START + INSTALLED.format(file="requirements.txt"))
    assert told.facts["dependency_file"] == "requirements.txt"
    assert told.facts["winning"] == "app/requirements.txt"
    assert told.facts["cause"] == "wrong-dependency-file"
    assert "Put the requirement into the file that wins" in advice(told)


def test_of_several_files_the_host_names_the_one_that_it_used(tmp_path: Path) -> None:
    told = report(tmp_path, START + SEVERAL, {**SHOP, "uv.lock": "version = 1\n"})
    assert told.facts["dependency_file"] == "uv.lock"
    assert (told.facts["winning"], told.facts["cause"]) == ("app/requirements.txt", "wrong-dependency-file")


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("shop", None),
        ("team/shop", None),
        ("bazaar", "wrong-target"),
    ],
)
def test_the_repository_s_name_in_the_log_is_compared_with_or_without_its_owner(
    tmp_path: Path, name: str, cause: str | None
) -> None:
    repository = make_repository(tmp_path / "clone", SHOP)
    git(repository, "remote", "add", "origin", "https://github.com/team/shop.git")
    log = tmp_path / "host.log"
    log.write_text(START.replace("'shop'", f"'{name}'") + INSTALLED.format(file="app/requirements.txt"))
    assert freshboot(repository, "report", "--log", str(log)).facts["cause"] == cause


def test_a_log_can_be_pasted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pasted = io.TextIOWrapper(io.BytesIO((START + FAILED).encode()))
    monkeypatch.setattr(sys, "stdin", pasted)
    told = freshboot(make_repository(tmp_path / "shop", SHOP), "report", "--log", "-")
    assert (told.code, told.facts["cause"]) == (0, "build-failed")


@pytest.mark.parametrize("text", ["", "hello\n", "\x00\x1b[31m\n"])
def test_what_is_no_log_is_a_wrong_call(tmp_path: Path, text: str) -> None:
    told = report(tmp_path, text)
    assert (told.code, told.facts) == (2, {})
    assert "no log of a host known here" in told.prose


def test_a_log_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "shop", SHOP)
    told = freshboot(repository, "report", "--log", str(tmp_path / "none.log"))
    assert told.code == 2
    assert "cannot be read" in told.prose


# On the lab: a log explains a verdict, and never makes one


@pytest.fixture
def sample(everybody: Team) -> Team:
    everybody.lab.set_faults()
    deploy(everybody, files_of(everybody.number + 1))
    assert everybody.displayed() == [f"main {everybody.number}", f"module {everybody.number}"]
    return everybody


def _log(folder: Path, text: str) -> tuple[str, str]:
    (folder / "host.log").write_text(
        text.replace("app/main.py", "streamlit_app.py").replace("'shop'", "'app'")
    )
    return "--log", str(folder / "host.log")


def test_a_log_says_why_a_push_did_not_show_where_the_host_itself_says_nothing(
    sample: Team, tmp_path: Path
) -> None:
    sample.lab.set_faults("lost-webhook")
    push(sample, files_of(sample.number + 1))
    assert sample.confirm(*QUICK).verdict == (1, "stale", "not-applied")
    told = sample.confirm(*QUICK, *_log(tmp_path, START + FAILED))
    assert told.verdict == (1, "stale", "build-failed")
    assert "installer returned a non-zero exit code" in told.facts["explanation"]
    told = sample.confirm(*QUICK, *_log(tmp_path, START + INSTALLED.format(file="other/requirements.txt")))
    assert told.verdict == (1, "stale", "wrong-dependency-file")
    assert "it took other/requirements.txt, the release has requirements.txt" in told.facts["explanation"]


def test_a_log_never_changes_what_a_process_attests(sample: Team, tmp_path: Path) -> None:
    told = sample.confirm(*QUICK, *_log(tmp_path, START + FAILED))
    assert told.verdict == (0, "proven", None)
    assert told.facts["next"] == []
