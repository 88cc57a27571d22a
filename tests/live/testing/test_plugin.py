"""The pytest plugin, in processes of its own, as a project's own tests use it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.live.servers import app_saying, finished, new_session, text

TESTS = """
import pytest

@pytest.mark.only_local
def test_local(live_url):
    assert live_url is None

@pytest.mark.only_live("needs visitors")
def test_live(live_url):
    assert live_url == "http://127.0.0.1:9"
"""
UNREACHABLE = """
def test_app(live_app):
    live_app.run()
"""
SHOWS = """
def test_app(live_app):
    assert live_app.run().title[0].value == "chosen"
"""
WRONG = """
def test_right(live_app):
    assert live_app.run().text[0].value == "old"

def test_wrong(live_app):
    assert live_app.run().text[0].value == "new"
"""
FAILS = """
import pytest

@pytest.fixture
def broken():
    raise KeyError("setup")

def test_a(broken):
    pass
"""


def pytest_in(folder: Path, tests: str, *options: str, **variables: str) -> str:
    (folder / "test_it.py").write_text(tests)
    environment = {**os.environ, "HOME": str(folder), **variables}
    command = [sys.executable, "-m", "pytest", "-p", "freshboot", "-p", "no:cacheprovider", "-rs", *options]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True).stdout


def test_costs_pytest_next_to_nothing() -> None:
    """Every project that has freshboot imports it."""
    source = (
        "import sys, pytest; before = set(sys.modules); import freshboot.pytest_plugin\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    ran = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["freshboot", "freshboot.pytest_plugin"]


@pytest.mark.parametrize(
    ("options", "variables", "skipped"),
    [
        ((), {}, "needs visitors"),
        (("--live-url", "http://127.0.0.1:9"), {}, "only local"),
        ((), {"FRESHBOOT_URL": "http://127.0.0.1:9"}, "only local"),
    ],
)
def test_leaves_out_what_is_for_the_other_side(
    tmp_path: Path, options: tuple[str, ...], variables: dict[str, str], skipped: str
) -> None:
    said = pytest_in(tmp_path, TESTS, "--strict-markers", *options, **variables)
    assert "1 passed, 1 skipped" in said
    assert skipped in said
    assert ("live app: http://127.0.0.1:9" in said) is (skipped == "only local")


def test_says_that_an_app_which_cannot_be_reached_shows_nothing(tmp_path: Path) -> None:
    said = pytest_in(tmp_path, UNREACHABLE, "--live-url", "http://127.0.0.1:9")
    assert "this shows nothing of the app's code: no connection to 127.0.0.1:9" in said


async def test_says_that_a_failure_on_another_streamlit_shows_nothing(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    async with app_saying(new_session("1.28.0"), text("old"), finished()) as server:
        options = f"--live-url=http://127.0.0.1:{server.port}", f"--live-report={report}"
        said = await asyncio.to_thread(pytest_in, tmp_path, WRONG, *options)
    assert "this shows nothing of the app's code: the app runs Streamlit 1.28.0, the tests" in said
    told = json.loads(report.read_text())
    assert (told["passed"], told["failed"], len(told["unmade"])) == (1, [], 1)
    assert told["runs"] == 2


async def test_a_failure_on_the_same_streamlit_is_the_app_s(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    async with app_saying(new_session(version("streamlit")), text("old"), finished()) as server:
        options = f"--live-url=http://127.0.0.1:{server.port}", f"--live-report={report}"
        said = await asyncio.to_thread(pytest_in, tmp_path, WRONG, *options)
    assert "this shows nothing" not in said
    assert json.loads(report.read_text())["failed"] == [
        {"test": "test_it.py::test_wrong", "why": "AssertionError: assert 'old' == 'new'"}
    ]


async def test_a_worker_that_crashes_is_no_failure_of_the_app_s(tmp_path: Path) -> None:
    """And what other processes asked of the app is counted."""
    report = tmp_path / "report.json"
    crashes = WRONG + "\ndef test_crashes():\n    import os; os._exit(1)\n"
    async with app_saying(new_session(version("streamlit")), text("old"), finished()) as server:
        options = f"--live-url=http://127.0.0.1:{server.port}", f"--live-report={report}"
        await asyncio.to_thread(pytest_in, tmp_path, crashes, "-n1", "--max-worker-restart=0", *options)
    told = json.loads(report.read_text())
    assert (told["passed"], told["runs"], len(told["failed"])) == (1, 2, 1)
    assert [one["test"] for one in told["unmade"]] == ["test_it.py::test_crashes"]


def test_says_nothing_of_tests_that_are_not_live(tmp_path: Path) -> None:
    said = pytest_in(tmp_path, FAILS, "--live-url", "http://127.0.0.1:9")
    assert "1 error" in said
    assert "this shows nothing" not in said


def test_runs_the_code_that_the_configuration_names(tmp_path: Path) -> None:
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "freshboot.yml").write_text("entrypoint: web/other.py\n")
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "other.py").write_text("import streamlit as st\nst.title('chosen')\n")
    (tmp_path / "streamlit_app.py").write_text("import streamlit as st\nst.title('usual')\n")
    assert "1 passed" in pytest_in(tmp_path, SHOWS)
    assert "assert 'usual' == 'chosen'" in pytest_in(tmp_path, SHOWS, "--live-entrypoint=streamlit_app.py")


def test_finds_the_configuration_wherever_in_the_repository_it_is_run(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "streamlit_app.py").write_text("import streamlit as st\nst.title('chosen')\n")
    (tmp_path / "tests").mkdir()
    assert "1 passed" in pytest_in(tmp_path / "tests", SHOWS)


def test_says_that_there_is_no_such_entrypoint(tmp_path: Path) -> None:
    assert "there is no entrypoint absent.py" in pytest_in(tmp_path, SHOWS, "--live-entrypoint=absent.py")
