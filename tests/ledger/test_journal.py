"""What a rollout writes into the ledger, and that nothing which is the matter with it reaches the rollout."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from freshboot.ledger.attempt import Attempt
from freshboot.ledger.journal import Journal, bounded
from freshboot.repository.repository import Repository
from tests.gitrepo import ISOLATION, clone, git, make_remote
from tests.ledger.attempts import ZERO, A, B, C, result


@pytest.fixture
def remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    return make_remote(tmp_path / "remote.git", {"app.py": "print(1)\n"})


class Told(list[str]):
    """What was said, and a clock that is a minute further each time."""

    minutes = -1

    def clock(self) -> datetime:
        self.minutes += 1
        return ZERO + timedelta(minutes=self.minutes)


def journal_in(folder: Path, told: Told, **options: Any) -> Journal:
    return Journal(Repository.open(folder), None, told.append, told.clock, **options)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def journal(remote: Path, tmp_path: Path, told: Told) -> Journal:
    return journal_in(clone(remote, tmp_path / "clone"), told)


def begin(journal: Journal, **facts: Any) -> Attempt:
    least = {
        "commit": B,
        "source": A,
        "stamp": "1.0.0+x",
        "branch": "main",
        "app": "https://x.streamlit.app/",
    }
    return journal.begin(**{**least, **facts})


def elsewhere(journal: Journal, remote: Path) -> list[Attempt]:
    """What another clone hears of it."""
    folder = remote.parent / "elsewhere"
    if not folder.exists():
        clone(remote, folder, "--depth=1")
    return journal_in(folder, Told()).past(A)


def test_an_attempt_is_on_the_remote_as_soon_as_it_begins(journal: Journal, remote: Path) -> None:
    begun = begin(journal, remedy="rebuild", changed=("requirements.txt",), pushed=ZERO, trigger="push")
    assert elsewhere(journal, remote) == [begun]
    assert (begun.ended, begun.result) == (None, None)


def test_an_attempt_that_ended_is_told_with_its_outcome(journal: Journal, remote: Path) -> None:
    begun = begin(journal)
    journal.end(begun, result("proven"))
    (ended,) = elsewhere(journal, remote)
    assert (ended.id, ended.verdict) == (begun.id, "proven")
    assert ended.ended is not None
    assert ended.ended > begun.began


def test_an_endless_outcome_is_kept_in_part(journal: Journal) -> None:
    journal.end(begin(journal), result("stale", None, *(f"{number}.py" for number in range(300))))
    (ended,) = journal.past(A)
    assert ended.result is not None
    assert len(ended.result["files"]) == 200


def test_an_attempt_can_end_without_an_outcome(journal: Journal) -> None:
    journal.end(begin(journal), None)
    (ended,) = journal.past(A)
    assert ended.ended is not None
    assert ended.result is None


def test_attempts_of_one_run_are_numbered_and_share_its_id(journal: Journal) -> None:
    one, other = begin(journal), begin(journal, commit=C)
    assert (one.number, other.number) == (1, 2)
    assert one.rollout == other.rollout == journal.rollout
    assert one.id != other.id


def test_a_run_goes_on_after_a_kill(journal: Journal, told: Told) -> None:
    killed = begin(journal)
    (before,) = journal.past(A)
    again = Journal(
        journal.repository, None, told.append, told.clock, rollout=before.rollout, number=before.number
    )
    assert begin(again).number == 2
    assert {one.rollout for one in again.past(A)} == {killed.rollout}


def test_the_past_is_only_that_of_the_commit(journal: Journal) -> None:
    wanted = begin(journal)
    begin(journal, source=C)
    assert journal.past(A) == [wanted]


def test_addresses_are_recorded_without_passwords(journal: Journal) -> None:
    begun = begin(
        journal, app="https://me:secret@x.streamlit.app/", reason="see https://me:secret@y/?token=abc"
    )
    assert "secret" not in begun.to_json()
    assert "abc" not in begun.to_json()


def test_what_another_process_has_made_is_recorded_as_it_is(
    journal: Journal, remote: Path, told: Told
) -> None:
    reader = journal_in(clone(remote, remote.parent / "reader"), told, keeps=False)
    ended = replace(begin(reader), ended="2026-03-04T05:09:00Z", result=result("proven"))
    assert elsewhere(journal, remote) == []
    journal.write(ended)
    assert elsewhere(journal, remote) == [ended]


def test_a_journal_that_is_off_reads_and_writes_nothing(journal: Journal, told: Told) -> None:
    begin(journal)
    off = Journal(journal.repository, None, told.append, told.clock, keeps=False)
    off.end(begin(off), result("proven"))
    assert off.past(A) == []
    assert len(journal.past(A)) == 1


def test_what_is_wrong_is_said_once_in_one_line_and_kept_here(
    journal: Journal, remote: Path, told: Told
) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho go away >&2\nexit 1\n")
    hook.chmod(0o755)
    journal.end(begin(journal), result("proven"))
    (line,) = told
    assert line.startswith("the ledger is incomplete: origin does not take the ledger: go away")
    assert "\n" not in line
    assert [one.verdict for one in journal.past(A)] == ["proven"]


def test_without_any_remote_the_ledger_is_kept_here(journal: Journal, told: Told) -> None:
    git(Path(journal.repository.root), "remote", "remove", "origin")
    journal.end(begin(journal), result("proven"))
    assert [one.verdict for one in journal.past(A)] == ["proven"]
    assert len(told) == 1


def test_without_git_the_rollout_goes_on(
    journal: Journal, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    journal.end(begin(journal), result("proven"))
    assert journal.past(A) == []
    assert told == [
        "the ledger is incomplete: git is not installed, or not on PATH; install git 2.31 or later"
    ]


def test_a_disk_that_is_full_is_said(journal: Journal, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryDirectory", full)
    journal.end(begin(journal), result("proven"))
    assert told == ["the ledger is incomplete: [Errno 28] No space left on device"]


def test_long_lists_are_cut_and_that_is_told() -> None:
    files = [{"path": f"{number}.py"} for number in range(201)]
    kept = bounded({**result("stale"), "files": files, "limits": ["assumed"], "commits": [{"files": files}]})
    assert kept["files"] == files[:200]
    assert kept["commits"] == [{"files": files[:200]}]
    assert kept["limits"] == ["assumed", "the ledger has 200 of 201 files"]


def test_an_ordinary_outcome_is_kept_as_it_is() -> None:
    told = result("stale", "stale-file", "a.py", limits=["assumed"])
    assert bounded(told) == told
