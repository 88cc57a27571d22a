"""The command line: exit codes, streams, and one clear line for each thing that can be wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import freshboot.commands
from freshboot.cli import main
from tests.gitrepo import ISOLATION, clone, commit, git, head, log, make_remote, make_repository, write

APP = {
    "streamlit_app.py": 'import freshboot\n\nfreshboot.boot()\nDEPLOYMENT_VERSION = "1.0.0"\n',
    "requirements.txt": "streamlit\nfreshboot\n",
    ".streamlit/config.toml": "[server]\nheadless = true\n",
}
AT = "2026-11-21T20:43:00Z"


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    return make_remote(tmp_path / "remote.git", APP)


@pytest.fixture
def app(remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of an app, with this test inside of it."""
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    for name in [one for one in os.environ if one.startswith(("FRESHBOOT_", "GITHUB_", "SOURCE_DATE"))]:
        monkeypatch.delenv(name)
    folder = clone(remote, tmp_path / "app")
    monkeypatch.chdir(folder)
    return folder


def told(capsys: pytest.CaptureFixture[str], *lines: str) -> str:
    """What stands on standard error, without a traceback, each of ``lines`` in it."""
    err = capsys.readouterr().err
    assert "Traceback" not in err
    for one in lines:
        assert one in err
    return err


def test_stamping_writes_the_three_marks(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stamp", "--at", AT]) == 0
    source = head(app)[:7]
    stamps = {line for line in git(app, "diff").splitlines() if line.startswith("+") and source in line}
    assert len(stamps) == 3 - 1  # the two comments are alike
    assert git(app, "status", "--porcelain").count("\n") == 2
    told(capsys, f"stamp 1.0.0+20261121T204300Z.g{source}.")


def test_stamping_twice_changes_nothing_more(app: Path) -> None:
    main(["stamp", "--at", AT, "--bump", "minor"])
    once = git(app, "diff")
    main(["stamp", "--at", AT, "--bump", "minor"])
    assert git(app, "diff") == once
    assert "1.1.0+" in once


def test_the_environment_s_time_makes_a_stamp_reproducible(
    app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795293780")
    main(["stamp"])
    assert "20261121T204300Z" in git(app, "diff")


def test_a_dry_run_shows_the_diff_and_writes_nothing(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stamp", "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("--- a/requirements.txt\n+++ b/requirements.txt\n")
    assert not git(app, "status", "--porcelain")


def test_json_stands_alone_on_standard_output(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["stamp", "--json", "--at", AT])
    facts = json.loads(capsys.readouterr().out)
    assert facts["schema"] == "stamp-v1"
    assert facts["changed"] == ["requirements.txt", ".streamlit/config.toml", "streamlit_app.py"]


def test_checking_says_no_and_then_yes(app: Path) -> None:
    assert main(["stamp", "--check"]) == 1
    main(["stamp"])
    assert main(["stamp", "--check"]) == 0


def test_a_mark_that_cannot_be_placed_leaves_all_as_they_were(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(app, {"streamlit_app.py": "DEPLOYMENT_VERSION = 1\n"})
    before = git(app, "diff")
    assert main(["stamp"]) == 2
    assert git(app, "diff") == before
    told(capsys, "streamlit_app.py", "DEPLOYMENT_VERSION", "do: ")


def test_stamping_does_not_import_gitpython(app: Path) -> None:
    code = "import sys; from freshboot.cli import main; main(['stamp']); sys.exit('git' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_publishing_pushes_the_stamp_as_the_bot(app: Path, remote: Path) -> None:
    main(["stamp", "--at", AT])
    assert main(["publish", "--reason", "a test"]) == 0
    told_by_git = git(remote, "log", "-1", "--format=%an%n%B", "main")
    assert told_by_git.startswith("freshboot[bot]\nStamp 1.0.0+20261121T204300Z.g")
    assert "Freshboot-Stamp: 1.0.0+20261121T204300Z.g" in told_by_git
    assert "a test" in told_by_git
    assert not git(app, "status", "--porcelain")


def test_publishing_leaves_other_changes_alone(app: Path, remote: Path) -> None:
    write(app, {"notes.txt": "mine\n"})
    git(app, "add", "notes.txt")
    main(["publish"])
    assert git(app, "status", "--porcelain") == "A  notes.txt"
    assert "notes.txt" not in git(remote, "ls-tree", "-r", "--name-only", "main")


def test_publishing_keeps_a_raised_version_through_a_lost_race(
    app: Path, remote: Path, tmp_path: Path
) -> None:
    main(["stamp", "--bump", "minor"])
    other = clone(remote, tmp_path / "other")
    theirs = commit(other, {"theirs.txt": "1\n"})
    git(other, "push", "--quiet", "origin", "main")
    assert main(["publish"]) == 0
    assert log(remote)[1] == theirs
    assert 'DEPLOYMENT_VERSION = "1.1.0+' in git(remote, "show", "main:streamlit_app.py")


def test_publishing_one_s_own_commit_does_nothing(
    app: Path, remote: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["publish"])
    before = head(remote, "main")
    assert main(["publish"]) == 0
    assert head(remote, "main") == before
    told(capsys, "nothing to publish")


def test_force_stamps_anew_what_is_stamped(app: Path, remote: Path) -> None:
    main(["publish", "--at", AT])
    assert main(["publish", "--force"]) == 0
    assert len(log(remote)) == 3


def test_a_rollout_started_by_its_own_push_waits_for_nothing(
    app: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["publish"])
    monkeypatch.setenv("GITHUB_EVENT_NAME", "push")
    assert main(["rollout", "--url", "http://127.0.0.1:9", "--no-witness", "--timeout", "30s"]) == 0
    told(capsys, "nothing to publish")


def test_an_error_shows_on_a_run_s_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.chdir(tmp_path)
    assert main(["publish"]) == 2
    told(capsys, "::error title=freshboot::there is no git repository")


def outputs_of(tmp_path: Path) -> dict[str, str]:
    lines = (tmp_path / "output").read_text().splitlines()
    return {one.partition("<<")[0]: lines[at + 1] for at, one in enumerate(lines) if "<<" in one}


@pytest.mark.parametrize(("event", "confirmed"), [("push", False), ("workflow_dispatch", True)])
def test_a_workflow_started_by_its_own_push_has_nothing_to_confirm(
    app: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: str, confirmed: bool
) -> None:
    main(["publish"])
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("GITHUB_EVENT_NAME", event)
    main(["publish"])
    assert outputs_of(tmp_path)["outcome"] == "nothing"
    assert bool(outputs_of(tmp_path)["commit-sha"]) == confirmed


def test_a_published_commit_is_handed_to_the_next_step(
    app: Path, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("GITHUB_EVENT_NAME", "push")
    main(["publish"])
    commit = head(remote, "main")
    stamp = outputs_of(tmp_path)["stamp"]
    assert stamp in git(remote, "show", f"{commit}:requirements.txt")
    told = {"outcome": "published", "committed": "true", "stamp": stamp, "commit-sha": commit}
    assert outputs_of(tmp_path) == told


CONFIRM = ["confirm", "--url", "http://127.0.0.1:9", "--timeout", "1s", "--settle", "0"]


@pytest.mark.parametrize(
    "command", [["stamp"], ["publish"], CONFIRM, ["rollout", "--url", "http://127.0.0.1:9"]]
)
def test_no_repository(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(command) == 2
    told(capsys, "there is no git repository at", "do: ")


@pytest.mark.parametrize("command", [["stamp"], ["publish"], CONFIRM])
def test_an_empty_repository(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(make_repository(tmp_path / "empty"))
    assert main(command) == 2
    told(capsys, "has no commit yet", "do: ")


@pytest.mark.parametrize("command", [["publish"], CONFIRM])
def test_no_remote(command: list[str], app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(app, "remote", "remove", "origin")
    assert main(command) == 2
    told(capsys, "no remote", "git remote add")


@pytest.mark.parametrize("command", [["publish"], CONFIRM])
def test_a_detached_head(command: list[str], app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(app, "checkout", "--quiet", "--detach")
    assert main(command) == 2
    told(capsys, "branch", "do: ")


def test_marks_with_changes_other_than_a_stamp(
    app: Path, remote: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(app, {"requirements.txt": "streamlit\npandas\n"})
    before = head(remote, "main")
    assert main(["publish"]) == 2
    assert head(remote, "main") == before
    told(capsys, "changes other than a stamp in requirements.txt", "git stash")


def test_a_protected_branch(app: Path, remote: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.write_text(
        "#!/bin/sh\necho 'GH006: Protected branch update failed for refs/heads/main.' >&2\nexit 1\n"
    )
    hook.chmod(0o755)
    assert main(["publish"]) == 5
    told(capsys, "GH006", "do: ")


def test_a_remote_that_is_gone(app: Path, remote: Path, capsys: pytest.CaptureFixture[str]) -> None:
    remote.rename(remote.with_name("elsewhere.git"))
    assert main(["publish"]) == 5
    told(capsys, "do: ")


def test_a_shallow_clone_publishes(
    remote: Path, app: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    monkeypatch.chdir(shallow)
    assert main(["publish"]) == 0
    assert len(log(remote)) == 2


def test_a_commit_that_was_not_pushed(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(app, {"new.py": "1\n"})
    assert main([*CONFIRM, "--commit", "HEAD"]) == 2
    told(capsys, "is not on the remote branch main", "push it first")


def test_no_address(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["confirm"]) == 2
    told(capsys, "no address of the live app", "--url")


@pytest.mark.parametrize(
    "url", ["ftp://x.example", "x.example", "ws://x.example", "https://", "https://u:p@x.example"]
)
def test_a_wrong_address(url: str, app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["confirm", "--url", url]) == 2
    assert "u:p" not in told(capsys, "do: ")


def test_no_entrypoint(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*CONFIRM, "--entrypoint", "other.py"]) == 2
    told(capsys, "other.py", "do: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nonsense"],
        ["nonsense"],
        ["stamp", "--bump", "big"],
        [*CONFIRM, "--settle", "soon"],
        [*CONFIRM, "--replicas", "0"],
    ],
)
def test_a_wrong_call_is_2(arguments: list[str], app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert told(capsys)


def test_a_wait_in_which_nothing_can_settle(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*CONFIRM, "--settle", "5s"]) == 2
    told(capsys, "settle (5 s) is not shorter than timeout (1 s)", "do: ")


@pytest.mark.parametrize("command", [["publish"], ["rollout", "--url", "http://127.0.0.1:9"]])
def test_a_dry_run_speaks_json_too(
    command: list[str], app: Path, remote: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["diff"].startswith("--- a/requirements.txt")
    assert len(log(remote)) == 1


@pytest.mark.parametrize("command", [["stamp"], ["publish"], ["publish", "--json"]], ids=" ".join)
def test_a_dry_run_shows_no_credentials(
    command: list[str], app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(app, {"requirements.txt": "--index-url https://ada:S3CRET@index.example/simple\nstreamlit\n"})
    git(app, "push")
    assert main([*command, "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "S3CRET" not in shown
    assert " --index-url https://***@index.example/simple" in shown


def test_a_reader_that_goes_away_changes_no_exit_code(app: Path) -> None:
    script = f"{sys.executable} -m freshboot stamp --diff | true; exit ${{PIPESTATUS[0]}}"
    assert subprocess.run(["bash", "-c", script], cwd=app, check=False).returncode == 0


def test_a_file_that_cannot_be_written_is_one_line(
    app: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_OUTPUT", "/nonexistent/output")
    assert main(["stamp"]) == 2
    told(capsys, "/nonexistent/output")


def test_a_fault_of_freshboot_itself_is_70_with_a_log(
    app: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail(**_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(freshboot.commands, "stamp", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main(["stamp"]) == 70
    log_file = told(capsys, "please report it").split()[-1]
    assert "ZeroDivisionError" in Path(log_file).read_text()


def test_an_interruption_is_130(
    app: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(**_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(freshboot.commands, "stamp", interrupt)
    assert main(["stamp"]) == 130
    told(capsys, "interrupted")


def test_options_come_from_the_environment_too(
    app: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FRESHBOOT_BUMP", "major")
    monkeypatch.setenv("FRESHBOOT_AT", AT)
    main(["stamp"])
    told(capsys, "stamp 2.0.0+20261121T204300Z")


def test_an_empty_value_in_the_environment_is_none_at_all(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FRESHBOOT_FORCE", "FRESHBOOT_REASON", "FRESHBOOT_AT"):
        monkeypatch.setenv(name, "")
    assert main(["publish"]) == 0


def test_the_configuration_s_marks_are_stamped(app: Path) -> None:
    write(app, {".github/freshboot.yml": "marks: [DEPLOYMENT_VERSION]\n"})
    main(["stamp"])
    assert git(app, "diff", "--name-only") == "streamlit_app.py"


def test_without_its_dependencies_the_command_names_the_extra() -> None:
    code = "import sys; sys.modules['click'] = None; import freshboot.cli"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'freshboot[cli]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_module_is_the_command(app: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "freshboot", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.count(".") == 2
