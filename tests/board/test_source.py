"""What the board is told from, with and without a remote."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from freshboot.board import source
from freshboot.repository.repository import Repository
from tests.board.ledgers import ledger, months, record
from tests.gitrepo import ISOLATION, clone, git, make_remote

# What this machine has for the command, and a host that installs `.` and Streamlit has not.
WITHOUT_EXTRAS = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"aiohttp", "yarl", "git", "gitdb", "yaml", "rich", "pytest", "libcst"}:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Hidden())
from freshboot.board import app, source
from freshboot.repository.repository import Repository
repository = Repository.open(sys.argv[1])
told = source.read(repository)
facts = source.facts(repository, told.attempts[-1:])
print(len(told.attempts), facts.branch, source.refresh(repository))
"""


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)


def test_a_fresh_clone_has_nothing_until_it_is_refreshed(tmp_path: Path) -> None:
    remote = make_remote(tmp_path / "remote", {"streamlit_app.py": ""})
    record(remote, [one.to_json() for one in months(3)])
    here = Repository.open(clone(remote, tmp_path / "clone"))
    assert source.tip(here) == ""
    assert source.refresh(here) == ""
    assert len(source.read(here).attempts) == len(months(3))


def test_what_was_not_pushed_yet_stays(tmp_path: Path) -> None:
    remote = make_remote(tmp_path / "remote", {"streamlit_app.py": ""})
    record(remote, [one.to_json() for one in months(1)])
    folder = clone(remote, tmp_path / "clone")
    record(folder, [one.to_json() for one in months(3)[1:]])
    here = Repository.open(folder)
    source.refresh(here)
    assert {one.rollout for one in source.read(here).attempts} == {one.rollout for one in months(3)}


def test_a_remote_that_is_gone_is_told_and_what_is_here_is_shown(tmp_path: Path) -> None:
    folder = ledger(tmp_path / "app", months(2))
    git(folder, "remote", "add", "origin", str(tmp_path / "gone"))
    here = Repository.open(folder)
    assert "could not be fetched" in source.refresh(here)
    assert source.read(here).attempts


def test_a_remote_that_does_not_answer_is_waited_for_a_bounded_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ledger(tmp_path / "app", months(1))
    git(folder, "remote", "add", "origin", "ext::sleep 60")
    git(folder, "config", "protocol.ext.allow", "always")
    monkeypatch.setattr(source, "_REMOTE_SECONDS", 0.3)
    began = time.monotonic()
    assert "did not" in source.refresh(Repository.open(folder))
    assert time.monotonic() - began < 20


def test_lines_that_cannot_be_read_are_counted_and_secrets_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRESHBOOT_KEY", "correct-horse-battery")
    folder = ledger(tmp_path / "app", [])
    told = replace(months(1)[0], reason="key correct-horse-battery")
    record(folder, [told.to_json(), '{"schema": "attempt-v9"}'])
    read = source.read(Repository.open(folder))
    assert (read.unreadable, read.attempts[0].reason) == (1, "key (hidden)")


def test_beside_streamlit_nothing_need_be_installed(tmp_path: Path) -> None:
    folder = ledger(tmp_path / "app", months(2))
    command = [sys.executable, "-c", WITHOUT_EXTRAS, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.split()[:2] == [str(len(months(2))), "main"], done.stderr
