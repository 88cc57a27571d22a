"""The command in a real terminal: the line of a wait, what fits, what is left behind, and ^C."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from tests.cli.terminals import COLUMNS, Seen, freshboot, in_a_terminal
from tests.gitrepo import ISOLATION, clone, make_remote

APP = {
    "streamlit_app.py": 'import freshboot\n\nfreshboot.boot()\nDEPLOYMENT_VERSION = "1.0.0"\n',
    "requirements.txt": "streamlit\nfreshboot\n",
}
DOWN = ("--url", "http://127.0.0.1:9", "--timeout", "2m", "--settle", "1s", "--no-witness")
WAITING = "waiting for an answer of the app · "
STYLES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def app(tmp_path: Path) -> Path:
    return clone(make_remote(tmp_path / "remote.git", APP), tmp_path / "app")


def assert_left_cleanly(seen: Seen) -> None:
    assert seen.end() == 130, seen.text
    assert "Traceback" not in seen.text
    assert seen.lines()[-2:] == ["interrupted", ""]


def test_a_wait_says_what_is_awaited_and_how_long_yet_and_leaves_nothing_of_it(app: Path) -> None:
    with in_a_terminal(*freshboot("confirm", *DOWN), cwd=app, environment=ISOLATION) as seen:
        seen.until(WAITING)
        before = seen.settings()
        seen.until(" s, up to 1 m ")  # it was drawn anew
        seen.press("\x03")
        assert_left_cleanly(seen)
        assert seen.settings() == before
    assert not [line for line in seen.lines() if "waiting" in line]


def test_who_presses_again_and_again_gets_no_traceback_either(app: Path) -> None:
    with in_a_terminal(*freshboot("confirm", *DOWN), cwd=app, environment=ISOLATION) as seen:
        seen.until(WAITING)
        for _ in range(5):
            seen.press("\x03")
            time.sleep(0.02)
        assert seen.end() == 130, seen.text
    assert "Traceback" not in seen.text
    assert "Exception ignored" not in seen.text


@pytest.mark.parametrize("variable", [{"TERM": "dumb"}, {"FRESHBOOT_QUIET": "1"}], ids=str)
def test_there_is_no_such_line_where_it_would_not_do(variable: dict[str, str], app: Path) -> None:
    command = freshboot("confirm", *DOWN, "--timeout", "1s", "--settle", "0.1s")
    with in_a_terminal(*command, cwd=app, environment={**ISOLATION, **variable}) as seen:
        assert seen.end() == 3
    assert "waiting for" not in seen.text
    assert ("\x1b" in seen.text) == (variable.get("TERM") != "dumb")


def test_a_narrow_terminal_breaks_lines_between_words(app: Path) -> None:
    command = freshboot("confirm", *DOWN, "--timeout", "1s", "--settle", "0.1s")
    with in_a_terminal(*command, cwd=app, environment=ISOLATION) as seen:
        seen.end()
    lines = [STYLES.sub("", line) for line in seen.lines()]
    assert max(map(len, lines)) <= COLUMNS
    assert "  limit: environment variables, secrets and sessions that were open before are" in lines
    assert "  not looked at" in lines


IMPORTING = """
import os, signal, sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
"""


@pytest.mark.parametrize(
    "name", ["click.core", "freshboot.cli.root", "freshboot.commands.waiting", "rich.text"]
)
def test_an_interruption_during_an_import_leaves_cleanly(name: str, app: Path, tmp_path: Path) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "sitecustomize.py").write_text(IMPORTING.format(name=name))
    environment = {**ISOLATION, "PYTHONPATH": str(hooks)}
    with in_a_terminal(*freshboot("confirm", *DOWN), cwd=app, environment=environment) as seen:
        assert seen.end() == 130, seen.text
    assert "Traceback" not in seen.text


def test_an_interruption_of_a_lab_that_is_not_up_yet_leaves_cleanly(app: Path, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/asked\nexec sleep 60\n")
    python.chmod(0o755)
    command = freshboot("lab", "up", "--python", str(python))
    with in_a_terminal(*command, cwd=app, environment=ISOLATION) as seen:
        pid = int(_once_written(tmp_path / "asked"))
        seen.press("\x03")
        assert_left_cleanly(seen)
    assert _is_gone(pid)


def test_an_interruption_ends_a_push_with_all_that_it_began(app: Path, tmp_path: Path) -> None:
    hook = tmp_path / "remote.git" / "hooks" / "pre-receive"
    hook.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/hook\nexec sleep 60\n")
    hook.chmod(0o755)
    with in_a_terminal(*freshboot("rollout", *DOWN), cwd=app, environment=ISOLATION) as seen:
        seen.until("waiting for the push")
        pid = int(_once_written(tmp_path / "hook"))
        began = time.monotonic()
        seen.press("\x03")
        assert_left_cleanly(seen)
    assert time.monotonic() - began < 30  # not the minute that the hook takes
    assert _is_gone(pid)


def _once_written(file: Path) -> str:
    for _ in range(3000):
        if file.is_file() and file.read_text().endswith("\n"):
            return file.read_text()
        time.sleep(0.01)
    raise AssertionError(f"{file} was not written")


def _is_gone(pid: int) -> bool:
    """A process that was killed may be a moment yet in going."""
    for _ in range(500):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False
