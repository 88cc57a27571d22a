"""The pre-push hook, by real pushes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from freshboot.cli.main import main
from freshboot.cli.root import whole
from freshboot.config import Config
from freshboot.rehearsal.errors import HookRefused
from freshboot.rehearsal.hook import (
    branch_to_rehearse,
    hook_of,
    install,
    pushed,
    refs_of_framework,
    remove,
    text_of,
)
from freshboot.repository.repository import Repository
from tests.gitrepo import clone, commit, git, head, make_remote
from tests.rehearsal.stage import FILES

NONE, ONE, TWO = "0" * 40, "1" * 40, "2" * 40


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return clone(
        make_remote(tmp_path / "app.git", {**FILES, "requirements.txt": "no-such-package\n"}),
        tmp_path / "app",
    )


@pytest.fixture
def repository(work: Path) -> Repository:
    return Repository.open(work)


def test_the_hook_is_written_so_that_git_runs_it(repository: Repository) -> None:
    path = install(repository)
    assert path == Path(repository.root, ".git/hooks/pre-push")
    assert path.read_text() == text_of()
    assert path.stat().st_mode & 0o777 == 0o755


def test_the_folder_that_git_is_told_to_take_hooks_from_counts(repository: Repository) -> None:
    git(Path(repository.root), "config", "core.hooksPath", "tools/hooks")
    assert install(repository) == Path(repository.root, "tools/hooks/pre-push")


def test_somebody_else_s_hook_stays(repository: Repository) -> None:
    path = hook_of(repository)
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\nmake test\n")
    for refused in (install, remove):
        with pytest.raises(HookRefused, match="is another hook"):
            refused(repository)
    assert path.read_text() == "#!/bin/sh\nmake test\n"


@pytest.mark.parametrize(
    "text",
    [text_of() + "make test\n", text_of().replace("exec ", "make test\nexec "), text_of() + "'", "", "\n"],
    ids=["a line behind", "a line before", "a quote", "empty", "blank"],
)
def test_a_hook_that_holds_more_or_less_than_was_written_is_somebody_else_s(
    repository: Repository, text: str
) -> None:
    path = install(repository)
    path.write_text(text)
    for refused in (install, remove):
        with pytest.raises(HookRefused, match="is another hook"):
            refused(repository)
    assert path.read_text() == text


def test_a_link_in_the_hook_s_place_stays_wherever_it_leads(repository: Repository, tmp_path: Path) -> None:
    path = hook_of(repository)
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(tmp_path / "nowhere")
    (tmp_path / "written").write_text(text_of())
    for target in ("nowhere", "written"):
        path.unlink()
        path.symlink_to(tmp_path / target)
        for refused in (install, remove):
            with pytest.raises(HookRefused, match="is another hook"):
                refused(repository)
        assert path.is_symlink()


def test_what_was_written_for_another_python_is_written_anew(repository: Repository) -> None:
    path = install(repository)
    path.write_text(text_of("/some where/it's/python"))
    install(repository)
    assert path.read_text() == text_of()


@pytest.mark.parametrize("folder", ["shared", "/dev/null"])
def test_a_folder_whose_hooks_other_repositories_run_gets_none(
    repository: Repository, tmp_path: Path, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    root = Path(repository.root)
    git(root, "config", "core.hooksPath", str(tmp_path / folder))
    assert main(["rehearse", "--repo", repository.root, "--install-hook"]) != 0
    told = capsys.readouterr().err
    assert "outside of this repository" in told
    assert not (tmp_path / "shared").exists()
    subprocess.run(told.partition("of its own: ")[2].strip(), shell=True, cwd=root, check=True)
    assert install(repository) == root / ".git" / "hooks" / "pre-push"


def test_a_linked_work_tree_s_hook_is_the_repository_s(repository: Repository, tmp_path: Path) -> None:
    git(Path(repository.root), "worktree", "add", "--quiet", str(tmp_path / "linked"))
    assert install(Repository.open(tmp_path / "linked")) == hook_of(repository)


def test_a_folder_of_hooks_that_cannot_be_one_is_told_with_what_to_do(repository: Repository) -> None:
    git(Path(repository.root), "config", "core.hooksPath", "helpers.py")
    with pytest.raises(HookRefused, match=r"cannot be written.*core\.hooksPath"):
        install(repository)


def test_the_hook_can_be_written_anew_and_removed(repository: Repository) -> None:
    install(repository)
    path = install(repository)
    assert remove(repository) == path
    assert not path.exists()
    assert remove(repository) is None


def test_a_dry_run_writes_and_removes_nothing(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = repository.root
    assert main(["rehearse", "--repo", folder, "--install-hook", "--dry-run"]) == 0
    assert "would write" in capsys.readouterr().err
    path = install(repository)
    assert main(["rehearse", "--repo", folder, "--remove-hook", "--dry-run"]) == 0
    assert path.exists()


@pytest.mark.parametrize(
    ("refs", "commits"),
    [
        (f"refs/heads/main {TWO} refs/heads/main {ONE}\n", [(TWO, "main")]),
        (f"refs/heads/topic {TWO} refs/heads/main {ONE}\n", [(TWO, "main")]),
        (f"refs/heads/main {TWO} refs/heads/a/b {ONE}\n", [(TWO, "a/b")]),
        (f"(delete) {NONE} refs/heads/main {ONE}\n", []),
        (f"refs/notes/freshboot {TWO} refs/notes/freshboot {ONE}\n", []),
        (
            f"refs/tags/v1 {ONE} refs/tags/v1 {NONE}\nrefs/heads/main {TWO} refs/heads/main {NONE}\n",
            [(TWO, "main")],
        ),
        ("", []),
    ],
)
def test_commits_that_reach_a_branch_are_told_apart_from_all_else(
    refs: str, commits: list[tuple[str, str]]
) -> None:
    assert list(pushed(refs)) == commits


def test_the_framework_s_variables_say_the_same() -> None:
    told = {
        "PRE_COMMIT_FROM_REF": ONE,
        "PRE_COMMIT_TO_REF": TWO,
        "PRE_COMMIT_LOCAL_BRANCH": "refs/heads/main",
        "PRE_COMMIT_REMOTE_BRANCH": "refs/heads/main",
    }
    assert list(pushed(refs_of_framework(told) or "")) == [(TWO, "main")]
    assert refs_of_framework({}) is None


def test_the_branch_is_the_one_configured_else_the_remote_s_own(repository: Repository) -> None:
    folder = Path(repository.root)
    git(folder, "switch", "--quiet", "--create", "topic")
    assert branch_to_rehearse(repository, Config(branch="live")) == "live"
    assert branch_to_rehearse(repository, Config()) == "main"
    git(folder, "remote", "set-head", "origin", "--delete")
    assert branch_to_rehearse(repository, Config()) == "topic"


def test_a_push_that_cannot_be_built_does_not_leave_and_another_branch_s_does(
    repository: Repository, tmp_path: Path
) -> None:
    folder, offline = Path(repository.root), {"UV_NO_INDEX": "1", "FRESHBOOT_CACHE": str(tmp_path / "cache")}
    install(repository)
    before = head(folder, "origin/main")
    commit(folder, {"helpers.py": "VALUE = 2\n"})
    told = git(folder, "push", "origin", "HEAD:main", check=False, **offline)
    assert "unproven (build-failed)" in told
    assert "no-such-package" in told
    assert head(tmp_path / "app.git", "main") == before
    told = git(folder, "push", "origin", "HEAD:topic", check=False, **offline)
    assert "nothing is pushed to main: nothing is rehearsed" in told
    assert head(tmp_path / "app.git", "topic") == head(folder)


def test_a_python_that_is_gone_lets_the_push_go_and_says_so(repository: Repository, tmp_path: Path) -> None:
    folder = Path(repository.root)
    hook_of(repository).parent.mkdir(exist_ok=True)
    hook_of(repository).write_text(text_of("/no/such $(touch ran)/python"))
    hook_of(repository).chmod(0o755)
    told = git(folder, "push", "origin", "HEAD:main", check=False)
    assert "is gone, nothing is rehearsed" in told
    assert not (folder / "ran").exists()


def test_a_tool_that_is_missing_lets_the_push_go(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(repository.root)
    made = commit(folder, {"requirements.txt": None, "environment.yml": "dependencies:\n- streamlit\n"})
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", made)
    monkeypatch.setenv("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/main")
    assert main(["rehearse", "--repo", str(folder)]) == 3
    assert main(["rehearse", "--repo", str(folder), "--pre-push"]) == 0
    assert "not rehearsed: environment.yml is installed by conda" in capsys.readouterr().err
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    main(["rehearse", "--repo", str(folder)])
    assert "::error title=freshboot rehearse::not rehearsed: environment.yml" in capsys.readouterr().err


def test_the_hooks_for_pre_commit_call_commands_that_there_are() -> None:
    hooks = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [one["id"] for one in hooks] == ["freshboot-doctor", "freshboot-rehearse"]
    for one in hooks:
        program, name, *arguments = one["entry"].split()
        known = [flag for option in whole().commands[name].params for flag in option.opts]
        assert program == "freshboot"
        assert set(arguments) <= set(known)
        assert one["stages"] == ["pre-push"]
        assert one["pass_filenames"] is False
