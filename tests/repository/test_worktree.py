from __future__ import annotations

from pathlib import Path

import pytest

from freshboot.repository.commits import Change, message
from freshboot.repository.errors import ForeignChangesError, UnstampableError
from freshboot.repository.publishing import Kind
from freshboot.repository.repository import Repository
from freshboot.repository.worktree import Local, foreign_changes, refuse_foreign_changes
from tests.gitrepo import clone, commit, git, head, write
from tests.repository.stamper import MARKS, WHEN, maker, publish_from, remote_and_clone, stamped

REQUIREMENTS = b"streamlit\n# stamp: none\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return remote_and_clone(tmp_path)[1]


def foreign(folder: Path) -> list[str]:
    return foreign_changes(Repository.open(folder), "HEAD", MARKS)


def test_nothing_changed_is_nothing_foreign(folder: Path) -> None:
    assert foreign(folder) == []


def test_a_stamp_is_not_foreign_staged_or_not(folder: Path) -> None:
    write(folder, {"requirements.txt": stamped(REQUIREMENTS, "1")})
    assert foreign(folder) == []
    git(folder, "add", "requirements.txt")
    write(folder, {"requirements.txt": stamped(REQUIREMENTS, "2")})
    assert foreign(folder) == []


def test_other_files_are_not_looked_at(folder: Path) -> None:
    write(folder, {"app.py": "print(2)\n", "new.py": "x\n"})
    assert foreign(folder) == []


def test_another_change_is_foreign(folder: Path) -> None:
    write(folder, {"requirements.txt": "pandas\n# stamp: 1\n"})
    assert foreign(folder) == ["requirements.txt"]
    with pytest.raises(ForeignChangesError, match=r"other than a stamp in requirements\.txt \(") as caught:
        refuse_foreign_changes(Repository.open(folder), "HEAD", MARKS)
    assert caught.value.exit_code == 2
    assert "git stash" in caught.value.remedy


def test_a_change_that_is_only_staged_is_foreign(folder: Path) -> None:
    write(folder, {"requirements.txt": "pandas\n"})
    git(folder, "add", "requirements.txt")
    write(folder, {"requirements.txt": REQUIREMENTS})
    assert foreign(folder) == ["requirements.txt"]


def test_a_deleted_file_is_foreign(folder: Path) -> None:
    write(folder, {"requirements.txt": None})
    assert foreign(folder) == ["requirements.txt"]
    git(folder, "rm", "--quiet", "--cached", "requirements.txt")
    write(folder, {"requirements.txt": REQUIREMENTS})
    assert foreign(folder) == ["requirements.txt"]


def test_a_staged_mode_is_foreign(folder: Path) -> None:
    git(folder, "update-index", "--chmod=+x", "requirements.txt")
    assert foreign(folder) == ["requirements.txt"]


def test_a_conflict_is_foreign(folder: Path) -> None:
    git(folder, "switch", "--quiet", "--create", "side")
    commit(folder, {"requirements.txt": stamped(REQUIREMENTS, "side")})
    git(folder, "switch", "--quiet", "main")
    commit(folder, {"requirements.txt": stamped(REQUIREMENTS, "main")})
    git(folder, "merge", "--quiet", "side", check=False)
    write(folder, {"requirements.txt": stamped(REQUIREMENTS, "resolved")})
    assert foreign(folder) == ["requirements.txt"]


def test_a_staged_submodule_is_foreign(folder: Path) -> None:
    git(folder, "update-index", "--cacheinfo", f"160000,{head(folder)},requirements.txt")
    assert foreign(folder) == ["requirements.txt"]


def test_a_link_in_the_place_of_a_file_is_foreign(folder: Path) -> None:
    (folder / "requirements.txt").rename(folder / "real.txt")
    (folder / "requirements.txt").symlink_to("real.txt")
    assert foreign(folder) == ["requirements.txt"]


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_what_git_was_told_to_overlook_is_foreign_still(folder: Path, flag: str) -> None:
    git(folder, "update-index", flag, "requirements.txt")
    write(folder, {"requirements.txt": "my own\n"})
    assert git(folder, "status", "--porcelain") == ""
    assert foreign(folder) == ["requirements.txt"]


def test_what_a_sparse_checkout_omits_is_not_foreign(folder: Path) -> None:
    git(folder, "sparse-checkout", "set", "--no-cone", "/app.py")
    assert not (folder / "requirements.txt").exists()
    assert foreign(folder) == []
    assert publish_from(folder).local is Local.FOLLOWED
    assert git(folder, "status", "--porcelain") == ""


def test_a_committed_symlink_is_no_mark(folder: Path) -> None:
    (folder / "requirements.txt").unlink()
    (folder / "requirements.txt").symlink_to("app.py")
    git(folder, "commit", "--quiet", "--all", "-m", "Link")
    with pytest.raises(UnstampableError):
        foreign(folder)


def test_line_endings_of_the_checkout_are_not_foreign(folder: Path) -> None:
    git(folder, "config", "core.autocrlf", "true")
    write(folder, {"requirements.txt": stamped(REQUIREMENTS, "1").replace(b"\n", b"\r\n")})
    assert foreign(folder) == []


def test_committed_crlf_is_not_foreign_whatever_the_settings(folder: Path) -> None:
    crlf = REQUIREMENTS.replace(b"\n", b"\r\n")
    commit(folder, {"requirements.txt": crlf})
    git(folder, "config", "core.autocrlf", "input")
    git(folder, "config", "core.safecrlf", "true")
    assert foreign(folder) == []
    write(folder, {"requirements.txt": stamped(crlf, "1")})
    assert foreign(folder) == []


def test_a_new_file_at_a_mark_is_for_the_judge_to_say(folder: Path) -> None:
    commit(folder, {"requirements.txt": None})
    assert foreign(folder) == []
    write(folder, {"requirements.txt": REQUIREMENTS})
    assert foreign(folder) == ["requirements.txt"]


def test_branch_index_and_files_follow(folder: Path) -> None:
    done = publish_from(folder)
    assert done.local is Local.FOLLOWED
    assert head(folder) == head(folder, "main") == head(folder, "origin/main") == done.commit
    assert Repository.open(folder).branch == "main"
    assert (folder / "requirements.txt").read_bytes().startswith(b"streamlit\n# stamp: 1.0.1+g")
    assert git(folder, "status", "--porcelain", "--branch") == "## main...origin/main"
    assert "freshboot: publish" in git(folder, "reflog", "-1")


def test_a_stamp_that_already_lies_there_is_taken_along(folder: Path) -> None:
    make = maker(Repository.open(folder))
    change = make(head(folder))
    write(folder, change.files)
    git(folder, "add", "requirements.txt")
    inode = (folder / "requirements.txt").stat().st_ino
    assert publish_from(folder, make=lambda _: change).local is Local.FOLLOWED
    assert git(folder, "status", "--porcelain") == ""
    assert (folder / "requirements.txt").stat().st_ino == inode


def test_the_users_other_changes_stay(folder: Path) -> None:
    write(folder, {"app.py": "staged\n"})
    git(folder, "add", "app.py")
    write(folder, {"app.py": "dirty\n", "new.py": "untracked\n"})
    before = git(folder, "status", "--porcelain", "--untracked-files")
    done = publish_from(folder)
    assert done.local is Local.FOLLOWED
    assert git(folder, "status", "--porcelain", "--untracked-files") == before
    assert (folder / "app.py").read_text() == "dirty\n"
    assert git(folder, "show", ":app.py") == "staged"
    assert git(folder, "show", f"{done.commit}:app.py") == "print(1)"


def test_a_files_mode_stays(folder: Path) -> None:
    (folder / "requirements.txt").chmod(0o640)
    publish_from(folder)
    assert (folder / "requirements.txt").stat().st_mode & 0o777 == 0o640


def test_a_checkout_with_crlf_stays_one(folder: Path) -> None:
    git(folder, "config", "core.autocrlf", "true")
    write(folder, {"requirements.txt": REQUIREMENTS.replace(b"\n", b"\r\n")})
    done = publish_from(folder)
    assert done.local is Local.FOLLOWED
    assert (folder / "requirements.txt").read_bytes().count(b"\r\n") == 2
    assert b"\r" not in (Repository.open(folder).read(done.commit, "requirements.txt") or b"\r")
    assert git(folder, "status", "--porcelain") == ""


def test_a_detached_head_has_nothing_to_follow(folder: Path) -> None:
    git(folder, "switch", "--quiet", "--detach")
    before = head(folder)
    assert publish_from(folder, branch="main").local is Local.DETACHED
    assert (head(folder), head(folder, "main")) == (before, before)


def edit_meanwhile(folder: Path, *edits: tuple[str, str]) -> None:
    """A pre-push hook that edits files: what a person does while the push is under way."""
    hook = folder / ".git" / "hooks" / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n" + "".join(f"{command} {file}\n" for command, file in edits))
    hook.chmod(0o755)


def test_what_is_edited_while_the_push_runs_is_not_lost(folder: Path) -> None:
    edit_meanwhile(folder, ("echo pandas >>", "requirements.txt"))
    done = publish_from(folder)
    assert done.local is Local.BEHIND
    assert (folder / "requirements.txt").read_bytes() == REQUIREMENTS + b"pandas\n"
    assert head(folder) == done.base
    assert git(folder, "status", "--porcelain") == " M requirements.txt"


def test_a_branch_that_moved_meanwhile_is_left_alone(folder: Path) -> None:
    edit_meanwhile(folder, ("git -c user.name=a -c user.email=a@b commit -qam mine --allow-empty", ""))
    done = publish_from(folder)
    assert done.local is Local.BEHIND
    assert git(folder, "log", "-1", "--format=%s") == "mine"


def test_a_branch_in_use_is_left_alone(folder: Path) -> None:
    edit_meanwhile(folder, ("touch", "$(git rev-parse --git-dir)/refs/heads/main.lock"))
    done = publish_from(folder)
    assert done.local is Local.BEHIND
    assert head(folder) == done.base
    assert git(folder, "status", "--porcelain") == ""


def test_a_new_file_at_a_mark_comes_into_the_work_tree(folder: Path) -> None:
    git(folder, "rm", "-r", "--quiet", ".streamlit")
    git(folder, "commit", "--quiet", "-m", "Without")
    new = Change({".streamlit/config.toml": b"# stamp: 1\n"}, message("1.0.1"), WHEN)
    assert publish_from(folder, make=lambda _: new).local is Local.FOLLOWED
    assert (folder / ".streamlit" / "config.toml").read_bytes() == b"# stamp: 1\n"
    assert git(folder, "status", "--porcelain") == ""


def test_an_index_in_use_leaves_everything_as_it_was(folder: Path) -> None:
    edit_meanwhile(folder, ("touch", "$(git rev-parse --git-dir)/index.lock"))
    done = publish_from(folder)
    (folder / ".git" / "index.lock").unlink()
    assert done.local is Local.BEHIND
    assert head(folder) == done.base
    assert git(folder, "status", "--porcelain") == ""


def test_files_that_cannot_be_written_leave_everything_as_it_was(folder: Path) -> None:
    for name, command in {"clean": "cat", "smudge": "false", "required": "true"}.items():
        git(folder, "config", f"filter.broken.{name}", command)
    (folder / ".git" / "info" / "attributes").write_text("requirements.txt filter=broken\n")
    done = publish_from(folder)
    (folder / ".git" / "info" / "attributes").unlink()
    assert done.local is Local.BEHIND
    assert head(folder) == done.base
    assert git(folder, "diff", "--cached", "--name-only") == ""
    assert (folder / "requirements.txt").read_bytes() == REQUIREMENTS


def test_a_failing_filter_does_not_undo_the_word_that_it_is_published(folder: Path) -> None:
    for name, command in {"clean": "false", "required": "true"}.items():
        git(folder, "config", f"filter.broken.{name}", command)
    attributes = "echo 'requirements.txt filter=broken' >", "$(git rev-parse --git-dir)/info/attributes"
    edit_meanwhile(folder, attributes, ("echo pandas >>", "requirements.txt"))
    done = publish_from(folder)
    assert (done.kind, done.local) == (Kind.PUBLISHED, Local.BEHIND)


def test_a_linked_work_tree_follows_and_the_other_stays(folder: Path, tmp_path: Path) -> None:
    git(folder, "switch", "--quiet", "--detach")
    git(folder, "worktree", "add", "--quiet", str(tmp_path / "side"), "main")
    done = publish_from(tmp_path / "side")
    assert done.local is Local.FOLLOWED
    assert git(tmp_path / "side", "status", "--porcelain") == ""
    assert head(folder) == done.base


def test_a_clone_of_another_branch_name_follows(tmp_path: Path) -> None:
    remote, folder = remote_and_clone(tmp_path)
    git(folder, "push", "--quiet", "origin", "main:team/app")
    other = clone(remote, tmp_path / "other", "--branch=team/app")
    done = publish_from(other)
    assert (done.branch, done.local) == ("team/app", Local.FOLLOWED)
    assert head(remote, "team/app") == done.commit != head(remote, "main")
