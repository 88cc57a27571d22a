"""``freshboot history``: the table, the figures and the JSON, of real notes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path

import pytest

from freshboot.cli import main
from freshboot.ledger.attempt import Attempt
from freshboot.repository.notes import REF, Notes
from freshboot.repository.repository import Repository
from tests.gitrepo import ISOLATION, clone, git, make_remote
from tests.ledger.attempts import A, B, at, attempt, result

DOCUMENT = (Path(__file__).parent.parent.parent / "docs" / "ledger.md").read_text("utf-8")
RUN = "e" * 32


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    return make_remote(tmp_path / "remote.git", {"app.py": "print(1)\n"})


@pytest.fixture
def app(remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone, with this test inside of it."""
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    for name in [one for one in os.environ if one.startswith("FRESHBOOT_")]:
        monkeypatch.delenv(name)
    folder = clone(remote, tmp_path / "app")
    monkeypatch.chdir(folder)
    return folder


def recorded(folder: Path, lines: Iterable[Attempt | str]) -> None:
    """Put lines into the ledger as somebody else's git would; an attempt's with its commit."""
    notes: dict[str, list[str]] = {}
    for one in lines:
        commit, line = (one.commit, one.to_json()) if isinstance(one, Attempt) else (A, one)
        notes.setdefault(commit, []).append(line)
    files = "".join(
        f"M 644 inline {commit}\ndata <<.\n{chr(10).join(told)}\n.\n" for commit, told in notes.items()
    )
    stream = f"commit {REF}\ncommitter A <a@b.c> 0 +0000\ndata 0\n{files}"
    git(folder, "fast-import", "--quiet", "--force", input=stream.encode())


def test_without_notes_it_says_so(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history"]) == 0
    assert capsys.readouterr() == ("", "no rollout is recorded here yet\n")


def test_the_document_shows_what_is_printed(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = {"source": A, "stamp": "1.0.4+x", "rollout": RUN}
    stale = result("stale", "stale-modules", "calculations.py")
    pushed, ended = "2026-11-21T20:43:05Z", "2026-11-21T20:49:36Z"
    began = "2026-11-21T20:49:12Z"
    first = attempt(
        commit="41d07e9" + "0" * 33, began=pushed, pushed=pushed, ended=began, result=stale, **facts
    )
    remedy = {"number": 2, "remedy": "rebuild", "result": result("proven")}
    recorded(app, [first, attempt(commit="9f2c1ab" + "0" * 33, began=began, ended=ended, **remedy, **facts)])
    assert main(["history", "--no-fetch"]) == 0
    assert capsys.readouterr().out in DOCUMENT


def test_it_brings_in_the_remote_s_ledger(
    app: Path, remote: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = Notes(Repository.open(clone(remote, tmp_path / "there")), lambda: datetime.now(timezone.utc))
    there.record(B, attempt(result=result("proven")).to_json())
    assert main(["history", "--no-fetch"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["history"]) == 0
    assert B[:7] in capsys.readouterr().out


def test_without_the_remote_it_tells_what_is_here(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recorded(app, [attempt(result=result("proven"))])
    git(app, "remote", "set-url", "origin", "nowhere")
    assert main(["history"]) == 0
    out, err = capsys.readouterr()
    assert B[:7] in out
    assert err.startswith("the ledger was not fetched: ")


def test_the_newest_rollouts_come_first_and_no_more_than_wished_for(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded(app, [attempt(number, rollout=str(number), stamp=f"1.0.{number}+x") for number in range(5)])
    assert main(["history", "--no-fetch", "--limit", "2"]) == 0
    out = capsys.readouterr().out
    rows = [line for line in out.splitlines() if line.startswith("2026")]
    assert [row.split()[2] for row in rows] == ["1.0.4", "1.0.3"]
    assert "1 release: 0 proven" in out


def test_an_attempt_without_an_end_is_told(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recorded(app, [attempt(took=None)])
    assert main(["history", "--no-fetch"]) == 0
    out = capsys.readouterr().out
    assert "not ended" in out
    assert "1 attempt begun and never ended" in out


def test_lines_that_cannot_be_read_are_counted(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recorded(app, ["{", attempt()])
    assert main(["history", "--no-fetch"]) == 0
    out, err = capsys.readouterr()
    assert B[:7] in out
    assert err == "lines that cannot be read, perhaps a later freshboot's: 1\n"


def test_the_json_holds_everything(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stale = attempt(0, 1, pushed=at(0), rollout=RUN, result=result("stale", "stale-file", "a.py"))
    proof = attempt(2, 1, number=2, rollout=RUN, remedy="rebuild", result=result("proven"))
    recorded(app, [stale, proof, "?"])
    assert main(["history", "--no-fetch", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "history-v1"
    assert told["unreadable"] == 1
    (rollout,) = told["rollouts"]
    assert (rollout["rollout"], rollout["verdict"], rollout["cause"]) == (RUN, "proven", None)
    assert rollout["time_to_live_s"] == 180
    assert [Attempt.from_json(json.dumps(one)) for one in rollout["attempts"]] == [stale, proof]
    assert told["figures"] == {
        "releases": 1,
        "proven": 1,
        "proven_at_first": 0,
        "superseded": 0,
        "unfinished_attempts": 0,
        "time_to_live_s": {"median": 180, "p90": 180},
        "stale": {"releases": 1, "share": 1, "by_cause": {"stale-file": {"releases": 1, "share": 1}}},
        "remedies": {"rebuild": {"applied": 1, "proven": 1}},
        "spells": [{"path": "a.py", "since": at(0), "until": at(3), "seconds": 180}],
    }


def test_an_empty_ledger_has_json_too(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "--no-fetch", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rollouts"], told["figures"]["releases"], told["figures"]["time_to_live_s"]) == ([], 0, None)


def test_what_a_ledger_says_cannot_command_a_terminal(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = "\x1b[2J\u202e::error::x\n"
    odd = result("stale" + bad, bad, bad)
    stale = result("stale", bad, bad)
    told = [
        attempt(stamp=bad, remedy=bad, result=one, source=c * 40) for one, c in ((odd, "1"), (stale, "2"))
    ]
    recorded(app, [*told, attempt(took=None, began="2026-03-04\x1b05:00:00+00:00")])
    assert main(["history", "--no-fetch"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "::error" not in out
