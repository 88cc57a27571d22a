"""The command: from the ledger or from saved verdicts, to files or to standard output."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from freshboot.cli import main
from freshboot.commands.reporting import report_of
from freshboot.config import Config
from freshboot.judge.verdict import Verdict
from freshboot.ledger.attempt import Attempt, written
from freshboot.proof import Layer
from freshboot.repository.notes import Notes
from freshboot.repository.repository import Repository
from freshboot.tell.document import document
from tests.gitrepo import commit, git, make_repository
from tests.tell.payloads import PAYLOADS
from tests.tell.report.records import FIRST, attempt, odd, old, outcome, selective

APP = "https://budget.streamlit.app"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
FILES = {"streamlit_app.py": "import calculations\n", "calculations.py": '__version__ = "1"\nRATE = 1\n'}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with two pushes: the second leaves an old module live."""
    folder = make_repository(tmp_path_factory.mktemp("report") / "budget", FILES)
    git(folder, "remote", "add", "origin", "https://github.com/acme/budget.git")
    first = git(folder, "rev-parse", "HEAD")
    second = commit(folder, {"calculations.py": '__version__ = "1"\nRATE = 2\n'}, "Raise the rate")
    told = [recorded(1, first, Verdict.PROVEN), recorded(2, second, Verdict.STALE, first)]
    notes = Notes(Repository.open(folder), lambda: datetime.now(timezone.utc))
    for one in told:
        notes.add(one.commit, one.to_json())
    return folder


def recorded(number: int, commit_id: str, verdict: Verdict, live: str = "") -> Attempt:
    """An attempt at a real commit; its module is that of another one where ``live`` names it."""
    found = (old("calculations.py"),) if live else ()
    made = attempt(number, outcome(number, verdict, found), "calculations.py", app=APP)
    assert made.result is not None
    files = [{**one, "live_commit": live} for one in made.result["files"]]
    expected = {**made.result["expected"], "commit": commit_id}
    result = {**made.result, "files": files, "expected": expected}
    return replace(made, commit=commit_id, source=commit_id, result=result)


def run(folder: Path, *arguments: str) -> int:
    return main(["report", "--repo", str(folder), *arguments])


def facts(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert run(folder, "--json", *arguments) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def saved(folder: Path, verdict: Verdict = Verdict.STALE) -> str:
    file = folder / "verdict.json"
    file.write_text(json.dumps(document(outcome(1, verdict, (old("app.py", Layer.DISK),)))))
    return str(file)


def test_the_last_incident_is_told_from_the_ledger(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = facts(repository, capsys)
    assert (told["schema"], told["verdict"], told["cause"]) == ("report-v1", "stale", "stale-modules")
    (step,) = told["steps"]
    assert step["change"] == "Raise the rate"


def test_git_says_what_each_side_has(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = facts(repository, capsys)
    (pair,) = told["files"]
    assert pair["git"] == git(repository, "rev-parse", "HEAD:calculations.py")[:10]
    assert pair["live"] == git(repository, "rev-parse", "HEAD^:calculations.py")[:10]
    assert pair["lines"] == ["-RATE = 1", "+RATE = 2"]
    (claim,) = told["claims"]
    assert (claim["name"], claim["value"]) == ("__version__", "1")
    assert (told["repository"], told["entrypoint"]) == ("acme/budget", "streamlit_app.py")


def test_a_commit_or_a_time_chooses_other_attempts(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert facts(repository, capsys, "--commit", "HEAD^")["verdict"] == "proven"
    both = facts(repository, capsys, "--since", "2026-01-17")
    assert len(both["steps"]) == 2
    assert len(facts(repository, capsys, "--since", written(FIRST.replace(hour=11)))["steps"]) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--since", "1h"),
        ("--since", "2099-01-01"),
        ("--since", "yesterday"),
        ("--url", "https://other.example"),
        ("--branch", "dev"),
        ("--commit", "no-such-commit"),
        ("--from", "/nowhere.json"),
        ("--output", "report.docx"),
        ("--screenshot", "/nowhere.png"),
    ],
)
def test_what_is_not_there_is_a_wrong_call(
    repository: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run(repository, *arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "do: " in told.err


def test_files_are_written_in_the_form_that_their_names_say(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / name for name in ("r.html", "r.md", "r.json", "plain")]
    outputs = [word for file in files[:3] for word in ("--output", str(file))]
    assert run(repository, *outputs) == 0
    assert capsys.readouterr().out == ""
    html, markdown, facts_ = (file.read_text("utf-8") for file in files[:3])
    assert html.startswith("<!doctype html>")
    assert markdown.startswith("# Deployment report")
    assert json.loads(facts_)["schema"] == "report-v1"
    assert run(repository, "--format", "html", "--output", str(files[3])) == 0
    assert files[3].read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(("form", "begins"), [("md", "# Deployment"), ("html", "<!doctype"), ("json", "{")])
def test_without_a_file_it_is_printed(
    repository: Path, capsys: pytest.CaptureFixture[str], form: str, begins: str
) -> None:
    assert run(repository, "--format", form) == 0
    told = capsys.readouterr()
    assert told.out.startswith(begins)
    assert "as recorded 2026-01-17 11:01 UTC: What was live was not the release" in told.err


def test_a_deploy_link_is_filled_in_for_community_cloud(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(repository) == 0
    fields = "repository=acme%2Fbudget&branch=main&mainModule=streamlit_app.py&subdomain=budget"
    assert f"<https://share.streamlit.io/deploy?{fields}>" in capsys.readouterr().out


def test_saved_verdicts_are_told_without_a_ledger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_repository(tmp_path / "bare", {"streamlit_app.py": "x = 1\n"})
    assert run(folder) == 2
    assert "no rollout is on record" in capsys.readouterr().err
    file = saved(tmp_path)
    told = facts(folder, capsys, "--from", file, "--from", file)
    assert [one["number"] for one in told["steps"]] == [1, 2]
    assert told["verdict"] == "stale"


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"schema": "confirm-v1"}', '{"schema": "where-v1"}', "[" * 99_999]
)
def test_a_file_that_holds_no_verdict_is_refused(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (tmp_path / "verdict.json").write_text(text)
    assert run(repository, "--from", str(tmp_path / "verdict.json")) == 2
    assert "confirm --json" in capsys.readouterr().err


def test_screenshots_are_embedded_by_what_they_are(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "badge.txt"
    picture.write_bytes(PNG)
    assert run(repository, "--format", "html", "--screenshot", str(picture)) == 0
    told = capsys.readouterr().out
    assert told.count("data:image/png;base64,iVBORw0KGgoAAAA") == 1
    assert str(tmp_path) not in told
    picture.write_bytes(b"<svg onload='alert(1)'/>")
    assert run(repository, "--screenshot", str(picture)) == 2
    picture.write_bytes(PNG + b"\0" * 4_000_000)
    assert run(repository, "--screenshot", str(picture)) == 2
    assert run(repository, *(["--screenshot", str(picture)] * 7)) == 2


def test_a_secret_of_this_process_is_in_no_report(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRESHBOOT_KEY", "Raise the rate")
    assert run(repository, "--format", "html") == 0
    told = capsys.readouterr().out
    assert "Raise the rate" not in told
    assert "(hidden)" in told


@pytest.mark.parametrize("form", ["md", "html", "json"])
def test_whatever_paths_and_commits_a_record_names_there_is_a_report(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    named = [*PAYLOADS.values(), "/etc/passwd", "../x", "a//b", ":(top)x", "--help", "x" * 100_000]
    files = [
        {"path": path, "layer": "disk", "state": "stale", "live_commit": live, "behind": 1}
        for path in named
        for live in ("c" * 40, git(repository, "rev-parse", "HEAD^"))
    ]
    raw = {**document(outcome(1, Verdict.STALE)), "files": files}
    raw["expected"] = {"commit": git(repository, "rev-parse", "HEAD"), "stamp": None}
    (tmp_path / "verdict.json").write_text(json.dumps(raw))
    assert run(repository, "--from", str(tmp_path / "verdict.json"), "--format", form) == 0
    assert "root:" not in capsys.readouterr().out


def test_a_known_secret_is_gone_before_a_text_is_cut(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRESHBOOT_KEY", "swordfish swordfish")
    raw = {**document(outcome(1, Verdict.CODE)), "explanation": "x" * 1490 + "swordfish swordfish"}
    (tmp_path / "verdict.json").write_text(json.dumps(raw))
    told = json.dumps(facts(repository, capsys, "--from", str(tmp_path / "verdict.json")))
    assert "sword" not in told


def test_a_log_alone_is_told_of_as_before_and_is_evidence_in_a_report(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "host.log"
    log.write_text("[10:00:00] 🐙 Pulling code changes from Github...\n[10:00:01] 🔄 Updated app!\n")
    assert facts(repository, capsys, "--log", str(log))["schema"] == "log-v1"
    told = facts(repository, capsys, "--log", str(log), "--format", "json")
    assert told["schema"] == "report-v1"
    assert "It tells of no failed build." in told["log"]


def test_a_history_that_is_not_here_leaves_facts_out(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shallow = tmp_path / "shallow"
    git(repository, "clone", "--quiet", "--depth=1", f"file://{repository}", str(shallow))
    git(shallow, "fetch", "--quiet", "origin", "refs/notes/freshboot:refs/notes/freshboot")
    told = facts(shallow, capsys)
    (pair,) = told["files"]
    assert (pair["live"], pair["lines"], pair["state"]) == ("", [], "different")


def test_an_outcome_is_reported_with_what_came_before_it(repository: Path) -> None:
    ended = outcome(2, Verdict.STALE, (old("calculations.py"),))
    release = git(repository, "rev-parse", "HEAD")
    known = replace(ended, expected=replace(ended.expected, commit=release))
    told = report_of(known, str(repository), Config())
    assert "Raise the rate" in told
    assert "| Attempts | 1 |" in told


def test_an_outcome_that_the_ledger_does_not_have_is_reported_alone(repository: Path) -> None:
    told = report_of(outcome(7, Verdict.CODE), str(repository), Config(url=APP))
    assert told.startswith("# Deployment report\n\n## ❌ The code is wrong")
    assert "Raise the rate" not in told


def test_without_a_repository_the_summary_is_told(tmp_path: Path) -> None:
    told = report_of(outcome(7, Verdict.CODE), str(tmp_path), Config())
    assert told.startswith("### ❌ code")


def test_an_outcome_whose_texts_cannot_be_encoded_is_told_without_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_repository(tmp_path / "budget", FILES)
    notes = Notes(Repository.open(folder), lambda: datetime.now(timezone.utc))
    for one in selective()[:2]:
        notes.add(one.commit, replace(one, does="\ud800", result=odd(one.result)).to_json())
    files = [tmp_path / name for name in ("r.html", "r.md", "r.json")]
    outputs = [word for file in files for word in ("--output", str(file))]
    assert run(folder, "--format", "md") == run(folder, *outputs) == 0
    assert main(["history", "--repo", str(folder), "--no-fetch"]) == 0
    assert "stale-modules" in capsys.readouterr().out
    assert all("calculations.py" in file.read_text("utf-8") for file in files)


def test_an_impossible_time_costs_its_line_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    late = "9999-12-31T23:59:59Z"
    folder = make_repository(tmp_path / "budget", FILES)
    notes = Notes(Repository.open(folder), lambda: datetime.now(timezone.utc))
    one = attempt(1, outcome(1, Verdict.PROVEN))
    for each in (one, replace(one, id="2", began=late, ended=late, pushed=late)):
        notes.add(each.commit, each.to_json())
    assert len(facts(folder, capsys)["steps"]) == 1
