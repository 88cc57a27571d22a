"""``freshboot record``: what a job that may not write has handed on."""

from __future__ import annotations

from pathlib import Path

import pytest

from freshboot.cli import main
from freshboot.ledger.attempt import Attempt
from freshboot.ledger.parcel import pack
from tests.gitrepo import ISOLATION, clone, git, head, make_remote
from tests.ledger.attempts import attempt, result


@pytest.fixture
def remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    return make_remote(tmp_path / "remote.git", {"app.py": "print(1)\n"})


@pytest.fixture
def folder(remote: Path, tmp_path: Path) -> Path:
    return clone(remote, tmp_path / "clone")


def handed_on(folder: Path) -> Attempt:
    return attempt(commit=head(folder), source=head(folder), result=result("proven"))


def test_it_is_on_the_remote_as_it_was_handed_on(folder: Path, remote: Path) -> None:
    sent = handed_on(folder)
    assert main(["record", "--repo", str(folder), "--record", pack(sent)]) == 0
    noted = git(remote, "notes", "--ref=freshboot", "show", head(remote))
    assert Attempt.from_json(noted) == sent


def test_twice_is_once(folder: Path, remote: Path) -> None:
    sent = pack(handed_on(folder))
    for _ in range(2):
        assert main(["record", "--repo", str(folder), "--record", sent]) == 0
    assert len(git(remote, "notes", "--ref=freshboot", "show", head(remote)).splitlines()) == 1


def test_it_may_come_by_the_environment(folder: Path, remote: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRESHBOOT_RECORD", pack(handed_on(folder)))
    assert main(["record", "--repo", str(folder)]) == 0
    assert git(remote, "notes", "--ref=freshboot", "show", head(remote))


def test_anything_else_is_a_wrong_call_and_nothing_is_written(
    folder: Path, remote: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["record", "--repo", str(folder), "--record", "AAAA"]) == 2
    assert "that is no record of a rollout" in capsys.readouterr().err
    assert "notes" not in git(remote, "for-each-ref") + git(folder, "for-each-ref")


def test_without_a_ledger_nothing_is_written(folder: Path, remote: Path, tmp_path: Path) -> None:
    without = tmp_path / "freshboot.yml"
    without.write_text("ledger: false\n")
    options = ("--config", str(without), "--record", pack(handed_on(folder)))
    assert main(["record", "--repo", str(folder), *options]) == 0
    assert "notes" not in git(remote, "for-each-ref") + git(folder, "for-each-ref")


def test_a_remote_that_refuses_is_one_line_and_no_failure(
    folder: Path, remote: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho go away >&2\nexit 1\n")
    hook.chmod(0o755)
    assert main(["record", "--repo", str(folder), "--record", pack(handed_on(folder))]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("the ledger is incomplete: origin does not take the ledger: go away")


def test_of_a_commit_that_the_remote_has_not_nothing_is_written(folder: Path, remote: Path) -> None:
    sent = attempt(commit="f" * 40, source=head(folder), result=result("proven"))
    assert main(["record", "--repo", str(folder), "--record", pack(sent)]) != 0
    assert "notes" not in git(remote, "for-each-ref") + git(folder, "for-each-ref")
