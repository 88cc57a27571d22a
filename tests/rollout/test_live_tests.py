"""Real pytest runs, each in a process of its own; what they say of an app that need not be there."""

from __future__ import annotations

import asyncio
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest

from freshboot.judge.checks import RanTests, RunsTests, result_of_tests
from freshboot.judge.evidence import Looked
from freshboot.judge.pages import PageLook, Raised
from freshboot.judge.verdict import Verdict
from freshboot.rollout import live_tests
from freshboot.rollout.live_tests import read_report, run_tests
from tests.live.servers import app_saying, finished, new_session, text
from tests.rollout.test_confirm import LOOKING, fresh, looks, wait_for

URL = "http://127.0.0.1:9"
REPORT = {"exit": 0, "passed": 3, "runs": 3, "failed": [], "unmade": []}

MIXED = """
import os
import pytest
from freshboot.live import connect
from freshboot.live.errors import Reason, SessionError

def test_fails_before_anything_was_asked():
    assert False

def test_passes(live_app):
    assert live_app.run().text[0].value == "shown"

def test_hands_on_what_is_named():
    assert os.environ["LOGIN"] == "ada"

def test_hands_on_no_secret():
    kept = [n for n in os.environ if n.startswith(("FRESHBOOT_", "GITHUB_", "ACTIONS_")) or "TOKEN" in n]
    assert kept == ["NO_TOKEN"]

def test_is_wrong():
    shown = "1,234"
    assert shown == "1,235", "the budget"

def test_finds_nobody():
    raise SessionError(Reason.DOWN, "no connection")

def test_takes_what_cannot_be_seen_for_a_failure(live_app):
    try:
        live_app.session_state["name"]
    except Exception as error:
        raise AssertionError("not shown") from error

def test_goes_on_where_nobody_is():
    at = connect("http://127.0.0.1:9")
    try:
        at.run()
    except Exception:
        pass
    assert at.text

def test_lacks_a_package():
    import no_such_module

def test_is_wrong_after_one_that_found_nobody():
    assert False, "really"

@pytest.fixture
def broken():
    raise KeyError("setup")

def test_has_a_broken_fixture(broken):
    pass

@pytest.mark.only_local("a secret is set")
def test_is_left_out():
    assert False
"""


def written(folder: Path, source: str) -> RunsTests:
    (folder / "test_live.py").write_text(source)
    return RunsTests("live", "test_live.py", 60.0, ("LOGIN", "NO_TOKEN"))


async def test_tells_failures_of_the_app_from_those_of_everything_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One run for all of it: nothing may be handed on that is not named, nothing be taken for the app's."""
    for name in ("FRESHBOOT_KEY", "GITHUB_TOKEN", "ACTIONS_RUNTIME_TOKEN", "MY_API_TOKEN"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("LOGIN", "ada")
    monkeypatch.setenv("NO_TOKEN", "")
    async with app_saying(new_session(version("streamlit")), text("shown"), finished()) as server:
        ran = await run_tests(written(tmp_path, MIXED), tmp_path, f"http://127.0.0.1:{server.port}")
    assert ran.passed == 3
    assert [(name.partition("::")[2], why) for name, why in ran.failed] == [
        ("test_is_wrong", "AssertionError: the budget"),
        ("test_is_wrong_after_one_that_found_nobody", "AssertionError: really"),
    ]
    assert [name.partition("::")[2] for name, _ in ran.unmade] == [
        "test_fails_before_anything_was_asked",
        "test_finds_nobody",
        "test_takes_what_cannot_be_seen_for_a_failure",
        "test_goes_on_where_nobody_is",
        "test_lacks_a_package",
        "test_has_a_broken_fixture",
    ]
    assert ran.trouble == ""


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import no_such_module\n", "could not be collected"),
        ("x = 1\n", "there are no tests there"),
        ("import os\ndef test_a(): os._exit(0)\n", "broke off (exit code 0)"),
        ("import pytest\ndef test_a(): pytest.skip('not today')\n", "every test was skipped"),
        ("def test_a(): pass\n", "no test asked the live app"),
    ],
)
async def test_what_is_no_run_of_tests_is_no_failure_and_stays_so(
    tmp_path: Path, source: str, words: str
) -> None:
    ran = await run_tests(written(tmp_path, source), tmp_path, URL)
    assert words in ran.trouble
    assert ran.lasting
    assert not ran.failed


async def test_a_path_that_is_not_there_is_no_failure(tmp_path: Path) -> None:
    ran = await run_tests(RunsTests("live", "tests/absent"), tmp_path, URL)
    assert "the path is not there" in ran.trouble
    assert "tests/absent" in ran.trouble
    assert ran.lasting


async def test_tests_that_take_too_long_are_ended_with_what_they_started(tmp_path: Path) -> None:
    child = tmp_path / "child"
    source = (
        "import subprocess, sys, time\n"
        "def test_a():\n"
        f"    open({str(child)!r}, 'w').write(str(subprocess.Popen([sys.executable, '-c', "
        "'import time; time.sleep(600)']).pid))\n"
        "    time.sleep(600)\n"
    )
    check = written(tmp_path, source)
    running = asyncio.ensure_future(run_tests(RunsTests("live", check.path, 600.0), tmp_path, URL))
    while not (child.exists() and child.read_text()):
        assert not running.done()
        await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await _is_gone(int(child.read_text()))


async def test_says_how_long_it_waited(tmp_path: Path) -> None:
    check = written(tmp_path, "import time\ndef test_a(): time.sleep(600)\n")
    ran = await run_tests(RunsTests("live", check.path, 1.0), tmp_path, URL)
    assert ran == RanTests(trouble="the tests did not end within 1 s", lasting=True)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where programs are looked for: an empty folder; and this Python has no Streamlit."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(live_tests, "_is_installed", lambda name: name != "streamlit")
    return folder


def program(file: Path, script: str) -> None:
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


async def test_says_what_is_not_installed(tmp_path: Path, path: Path) -> None:
    ran = await run_tests(RunsTests("live", "tests"), tmp_path, URL)
    assert ran.trouble == "streamlit is not installed: pip install 'freshboot[live]'"
    assert ran.lasting


async def test_runs_with_the_python_on_the_path_where_this_one_lacks_something(
    tmp_path: Path, path: Path
) -> None:
    """One that has not got it either is passed over."""
    program(path / "python", "exit 1")
    program(path / "python3", f'VIRTUAL_ENV=theirs exec {sys.executable} "$@"')
    source = "import os\ndef test_a():\n    raise ImportError(os.environ['VIRTUAL_ENV'])\n"
    ran = await run_tests(written(tmp_path, source), tmp_path, URL)
    assert ran.unmade == (("test_live.py::test_a", "theirs"),)


async def test_waits_for_no_python_that_does_not_answer(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_tests, "_ANSWER_SECONDS", 0.5)
    program(path / "python", f"exec {sys.executable} -I -S -c 'import time; time.sleep(600)'")
    program(path / "python3", "")
    (path / "python3").write_bytes(b"\x7fno program")
    ran = await run_tests(RunsTests("live", "tests", 5.0), tmp_path, URL)
    assert "streamlit is not installed" in ran.trouble


async def test_takes_no_python_without_what_tests_need(tmp_path: Path, path: Path) -> None:
    program(path / "python", f'exec {sys.executable} -I -S "$@"')
    ran = await run_tests(RunsTests("live", "tests"), tmp_path, URL)
    assert "streamlit is not installed" in ran.trouble


def test_takes_a_run_that_pytest_ended() -> None:
    assert read_report(REPORT, 0, "") == RanTests(passed=3)


@pytest.mark.parametrize(
    ("told", "ended"),
    [
        (None, 0),
        ([], 0),
        ({**REPORT, "exit": 1}, 0),
        ({**REPORT, "exit": 1}, 1),
        ({**REPORT, "exit": 2}, 2),
        ({**REPORT, "passed": "3"}, 0),
        ({**REPORT, "runs": None}, 0),
        ({**REPORT, "failed": [{"test": "a", "why": "b"}]}, 0),
        (REPORT, -9),
    ],
)
def test_takes_nothing_else_for_one(told: object, ended: int) -> None:
    ran = read_report(told, ended, "")
    assert ran.trouble
    assert not ran.failed


def test_makes_what_the_app_has_a_test_say_safe_for_a_terminal() -> None:
    told = {**REPORT, "exit": 1, "failed": [{"test": "test_a", "why": "\x1b[31m" + "x" * 9999}]}
    [(_, why)] = read_report(told, 1, "").failed
    assert "\x1b" not in why
    assert len(why) <= 300


async def test_a_check_that_can_never_be_made_ends_the_wait_without_a_proof() -> None:
    unmade = result_of_tests(RunsTests("live", "tests"), RanTests(trouble="no pytest", lasting=True))
    outcome, app = await wait_for(fresh, policy=LOOKING, look=looks(Looked((unmade,))), timeout=300.0)
    assert outcome.judgement.verdict is Verdict.UNPROVEN
    assert outcome.judgement.detail == "live: no pytest"
    assert app.now() < 20


async def test_what_is_wrong_once_beside_it_is_looked_at_again() -> None:
    """A page that raised may have come upon a reload."""
    unmade = result_of_tests(RunsTests("live", "tests"), RanTests(trouble="no pytest", lasting=True))
    raising = Looked((unmade,), raised=(PageLook(raised=Raised("KeyError", "'a'")),))
    outcome, _ = await wait_for(fresh, policy=LOOKING, look=looks(raising, Looked((unmade,))))
    assert outcome.judgement.verdict is Verdict.UNPROVEN


async def _is_gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not _runs(pid):
            return True
        await asyncio.sleep(0.02)
    return False


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
