"""``freshboot doctor`` on real repositories, with a host and a GitHub that can be asked."""

from __future__ import annotations

import asyncio
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from freshboot.cli import main
from freshboot.config import Config
from freshboot.doctor.asking import ask_host
from tests.doctor.layouts import LISTED, PAGES, SINGLE
from tests.doctor.stand_in import DISAMBIGUATE, STATUS, answering, cloud
from tests.gitrepo import clone, commit, git, make_remote, make_repository, write
from tests.streamlit_server import streamlit_server

NOWHERE = "http://127.0.0.1:9"
BAD = f"{LISTED}--no-cache-dir\n"
APP = {
    "entrypoint": "streamlit_app.py",
    "pages": ["pages/one.py"],
    "dependency_file": "requirements.txt",
    "folder": "",
}
RULES, BRANCH = "/repos/acme/budget/rules/branches/main", "/repos/acme/budget/branches/main"


@pytest.fixture
def app(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "app", PAGES)


def doctor(folder: Path, *options: str) -> int:
    return main(["doctor", "--repo", str(folder), *options])


def told(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    capsys.readouterr()
    doctor(folder, "--json", *options)
    printed: dict[str, Any] = json.loads(capsys.readouterr().out)
    return printed


def test_a_sound_repository_is_answered_with_0_and_in_prose(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor(app) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "nothing found" in err
    assert "not asked: no --url" in err


def test_a_finding_tells_where_what_why_how_likely_and_the_fix(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(app, {"requirements.txt": BAD})
    assert doctor(app) == 1
    err = capsys.readouterr().err
    assert "error: requirements.txt:3: pip-option\n  --no-cache-dir is an option" in err
    for words in (
        "  why: pip says",
        "how likely: build error, old version kept: 4 of 64 reports",
        "→ take the option",
    ):
        assert words in err


def test_notes_alone_are_answered_with_0(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(app, {"requirements.txt": "streamlit\nfreshboot\n"})
    assert doctor(app) == 0
    assert "note: requirements.txt:1: unpinned" in capsys.readouterr().err


def test_of_several_findings_of_one_rule_why_is_told_once(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(app, {"requirements.txt": "streamlit\nfreshboot\npandas\n"})
    doctor(app)
    err = capsys.readouterr().err
    assert err.count("nothing keeps") == 2
    assert err.count("  why: ") == err.count("  → ") == 1


def test_where_there_is_no_app_nothing_is_said_to_be_sound(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor(make_repository(tmp_path / "empty", {"README.md": "no app"})) == 2
    assert "there is no app" in capsys.readouterr().err


def test_json_stands_alone_on_standard_output(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(app, {"requirements.txt": BAD})
    printed = told(app, capsys, "--offline")
    (finding,) = printed.pop("findings")
    assert (finding.pop("why"), finding.pop("fix")) != ("", "")
    assert finding.pop("found").startswith("--no-cache-dir")
    assert finding == {
        "rule": "pip-option",
        "severity": "error",
        "path": "requirements.txt",
        "line": 3,
        "fixable": True,
        "likely": {"class": "build error, old version kept", "reports": 4, "of": 64},
    }
    assert printed == {
        "schema": "doctor-v1",
        "sound": False,
        "apps": [APP],
        "ignored": [],
        "fixed": [],
        "diff": None,
        "asked": {"host": "not asked: --offline", "github": "not asked: --offline"},
    }


def test_fix_shows_the_change_and_makes_it_once(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(app, {"requirements.txt": BAD})
    assert doctor(app, "--fix") == 0
    out, err = capsys.readouterr()
    assert "\n---no-cache-dir\n" in out
    assert "mended: requirements.txt" in err
    assert (app / "requirements.txt").read_text() == LISTED
    assert doctor(app, "--fix") == 0
    assert capsys.readouterr().out == ""


def test_a_dry_run_shows_the_change_and_leaves_the_file(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(app, {"requirements.txt": BAD})
    printed = told(app, capsys, "--fix", "--dry-run")
    assert "\n---no-cache-dir\n" in printed["diff"]
    assert printed["fixed"] == []
    assert (app / "requirements.txt").read_text() == BAD


def test_no_credentials_of_an_address_are_in_the_change_that_is_shown(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    credentials = "--index-url https://ada:swordfish@idx.example/simple\nx @ git+https://oauth2:swordfish@x.org/x@v1.2.3\n"
    write(app, {"requirements.txt": BAD + credentials})
    assert "swordfish" not in json.dumps(told(app, capsys, "--fix", "--dry-run"))
    doctor(app, "--fix")
    assert "swordfish" not in "".join(capsys.readouterr())
    assert (app / "requirements.txt").read_text() == LISTED + credentials


def test_a_dry_run_of_nothing_is_a_wrong_call(app: Path) -> None:
    assert doctor(app, "--dry-run") == 2


def test_a_workflow_gets_an_annotation_for_each_finding(
    app: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    write(app, {"requirements.txt": "streamlit\nfreshboot\n--user\n"})
    doctor(app)
    err = capsys.readouterr().err
    assert "::error file=requirements.txt,line=3,title=freshboot%3A pip-option::--user is an option" in err
    assert "::notice file=requirements.txt,line=1,title=freshboot%3A unpinned::nothing keeps streamlit" in err


def test_a_file_s_name_is_no_command_to_the_runner(
    app: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    commit(app, {"pages/a\n::error::owned.py": "import streamlit as st\nst.title('x')\n"})
    assert doctor(app, "--fix") == 1
    err = capsys.readouterr().err
    assert "page-without-boot" in err
    assert "\n::error::owned" not in err


def test_what_lies_on_the_disk_and_is_not_tracked_is_found(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(
        app,
        {".gitignore": "*.csv\ndata*\n", "helpers.py": "import data_loader\nimport later\n\ntitle = str\n"},
    )
    write(app, {"data_loader.py": "", "later.py": ""})
    found = told(app, capsys)["findings"]
    assert {(one["path"], one["line"], one["found"]) for one in found} == {
        ("helpers.py", 1, "data_loader.py is imported, and .gitignore:2 ignores it"),
        ("helpers.py", 2, "later.py is imported, and it was never added to git"),
    }


def test_the_fifth_push_of_a_minute_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = clone(make_remote(tmp_path / "remote", SINGLE), tmp_path / "here")
    for number in range(5):
        commit(here, {"README.md": str(number)})
        git(here, "push", "--quiet", GIT_COMMITTER_DATE="")
        rules = [one["rule"] for one in told(here, capsys)["findings"]]
        assert rules == (["too-many-pushes"] if number == 4 else [])


def test_the_host_is_asked_what_it_deploys(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(app, "remote", "add", "origin", "https://github.com/acme/budget.git")
    with answering(cloud()) as (url, _):
        assert doctor(app, "--url", url, "--branch", "main") == 0
    with answering(cloud(branch="master")) as (url, _):
        printed = told(app, capsys, "--url", url, "--branch", "main")
    assert [one["rule"] for one in printed["findings"]] == ["wrong-target"]
    assert printed["asked"]["host"] == "answered"


def test_the_host_s_own_trouble_is_told(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with answering(cloud(status=11)) as (url, _):
        rules = [one["rule"] for one in told(app, capsys, "--url", url)["findings"]]
    assert rules == ["platform-trouble"]


def test_a_private_app_is_told_though_its_health_check_answers(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = cloud()
    answers[STATUS]["viewerAuthEnabled"] = True
    with answering(answers) as (url, _):
        rules = [one["rule"] for one in told(app, capsys, "--url", url)["findings"]]
    assert rules == ["private-app"]


def test_a_host_that_does_not_answer_is_answered_with_3(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor(app, "--url", NOWHERE) == 3
    assert "the host: no answer" in capsys.readouterr().err
    write(app, {"requirements.txt": BAD})
    assert doctor(app, "--url", NOWHERE) == 1


def test_offline_asks_nobody(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(cloud(branch="master")) as (url, asked):
        on_github(monkeypatch, url)
        assert doctor(app, "--url", url, "--offline") == 0
    assert asked == []


def on_github(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    for name, value in (("API_URL", url), ("REPOSITORY", "acme/budget"), ("TOKEN", "ghs_test")):
        monkeypatch.setenv(f"GITHUB_{name}", value)


@pytest.mark.parametrize(
    ("answers", "severities"),
    [
        ({RULES: [{"type": "deletion"}, {"type": "pull_request"}], BRANCH: {"protected": True}}, ["warning"]),
        ({RULES: [{"type": "deletion"}], BRANCH: {"protected": False}}, []),
        ({BRANCH: {"protected": True}}, ["note"]),
        (
            {
                BRANCH: {
                    "protected": True,
                    "protection": {"required_status_checks": {"enforcement_level": "everyone"}},
                }
            },
            ["warning"],
        ),
        ({}, []),
    ],
    ids=["a ruleset", "a ruleset that lets pushes pass", "protected", "required checks", "a new branch"],
)
def test_github_is_asked_whether_the_branch_takes_a_push(
    app: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    answers: dict[str, Any],
    severities: list[str],
) -> None:
    with answering(answers) as (url, asked):
        on_github(monkeypatch, url)
        printed = told(app, capsys, "--branch", "main")
    assert [one["severity"] for one in printed["findings"] if one["rule"] == "protected-branch"] == severities
    assert printed["asked"]["github"] == "answered"
    assert set(asked) <= {RULES, BRANCH}


def test_a_token_that_is_not_valid_is_no_answer(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering({RULES: 401, BRANCH: 401}) as (url, _):
        on_github(monkeypatch, url)
        assert doctor(app, "--branch", "main") == 3


def test_the_branch_that_the_clone_knows_as_the_remote_s_own_is_meant(tmp_path: Path) -> None:
    here = clone(make_remote(tmp_path / "remote", SINGLE), tmp_path / "here")
    git(here, "switch", "--quiet", "--create", "feature")
    with answering(cloud()) as (url, asked):
        assert doctor(here, "--url", url) == 0
    assert DISAMBIGUATE in asked


def test_the_configuration_s_reasons_are_taken(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        app, {"requirements.txt": BAD, ".github/freshboot.yml": "ignore:\n  pip-option: our host takes it\n"}
    )
    printed = told(app, capsys)
    assert printed["findings"] == []
    assert [one["reason"] for one in printed["ignored"]] == ["our host takes it"]


def test_the_live_app_tells_which_freshboot_answers(tmp_path: Path) -> None:
    folder = make_repository(tmp_path / "app", SINGLE)
    with streamlit_server(folder / "streamlit_app.py") as server:
        answer = asyncio.run(ask_host(Config(url=server.url), None))
    assert answer is not None
    assert answer.agent == version("freshboot")
