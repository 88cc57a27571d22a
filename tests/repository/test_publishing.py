from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from freshboot.repository.commits import Change, Marks
from freshboot.repository.errors import (
    DivergedError,
    ForeignChangesError,
    LostRaceError,
    NoBranchError,
    NoRemoteError,
)
from freshboot.repository.publishing import Kind, publish
from freshboot.repository.repository import Repository
from freshboot.repository.worktree import Local
from tests.gitrepo import clone, commit, git, head, log, write
from tests.repository.stamper import MARKS, maker, publish_from, push


def beaten(folder: Path, meanwhile: Callable[[], object], times: int = 1) -> Callable[[str], Change]:
    """A maker that somebody else is faster than: they push after the stamp is made, before it is pushed."""
    make, rounds = maker(Repository.open(folder)), iter(range(times))

    def slow(base: str) -> Change:
        change = make(base)
        if next(rounds, None) is not None:
            meanwhile()
        return change

    return slow


def test_publishes_a_stamp_on_head(folder: Path, remote: Path) -> None:
    base = head(folder)
    done = publish_from(folder)
    assert (done.kind, done.base, done.attempts) == (Kind.PUBLISHED, base, 1)
    assert (done.remote, done.branch) == ("origin", "main")
    assert log(remote) == [done.commit, base]
    trailer = "--format=%(trailers:key=Freshboot-Stamp,valueonly)"
    assert git(remote, "log", "-1", trailer, "main") == f"1.0.1+g{base[:7]}"


def test_unpushed_commits_go_along(folder: Path, remote: Path) -> None:
    mine = commit(folder, {"app.py": "print(2)\n"})
    done = publish_from(folder)
    assert log(remote)[:2] == [done.commit, mine]


def test_nothing_but_the_branch_is_pushed(folder: Path, remote: Path) -> None:
    git(folder, "tag", "-a", "v1", "-m", "v1")
    git(folder, "branch", "side")
    git(folder, "config", "push.followTags", "true")
    publish_from(folder)
    assert git(remote, "for-each-ref", "--format=%(refname)") == "refs/heads/main"


def test_its_own_commit_needs_no_stamp(folder: Path, remote: Path) -> None:
    done = publish_from(folder)
    again = publish_from(folder)
    assert (again.kind, again.commit, again.attempts, again.local) == (Kind.NOTHING, done.commit, 0, None)
    assert len(log(remote)) == 2


def test_its_own_commit_is_known_in_a_shallow_clone(folder: Path, remote: Path, tmp_path: Path) -> None:
    publish_from(folder)
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    assert publish_from(shallow).kind is Kind.NOTHING
    assert len(log(remote)) == 2


def test_force_stamps_its_own_commit_anew(folder: Path, remote: Path) -> None:
    first = publish_from(folder)
    second = publish_from(folder, force=True)
    assert log(remote)[:2] == [second.commit, first.commit]


def test_where_there_is_nothing_to_stamp_nothing_is_pushed(folder: Path, remote: Path) -> None:
    assert publish_from(folder, make=lambda _: None).kind is Kind.NOTHING
    unchanged = maker(Repository.open(folder))(head(folder))
    same = {path: Repository.open(folder).read("HEAD", path) or b"" for path in unchanged.files}
    empty = Change(same, unchanged.message, unchanged.when)
    assert publish_from(folder, make=lambda _: empty).kind is Kind.NOTHING
    assert len(log(remote)) == 1


def test_a_stamp_commit_changes_marks_only(folder: Path) -> None:
    change = maker(Repository.open(folder))(head(folder))
    with pytest.raises(ValueError, match="marks only"):
        publish_from(folder, make=lambda _: Change({"app.py": b""}, change.message, change.when))


def test_a_lost_race_stamps_the_new_tip(folder: Path, remote: Path, rival: Path) -> None:
    base, theirs = head(folder), []
    pauses: list[float] = []
    make = beaten(folder, lambda: theirs.append(push(rival, {"requirements.txt": "pandas\n# stamp: none\n"})))
    done = publish_from(folder, make=make, sleep=pauses.append)
    assert (done.kind, done.base, done.attempts, done.local) == (Kind.PUBLISHED, theirs[0], 2, Local.BEHIND)
    assert log(remote) == [done.commit, theirs[0], base]
    assert git(remote, "show", "main:requirements.txt").splitlines()[0] == "pandas"
    assert pauses == [0.05]
    assert head(folder) == base
    assert git(folder, "status", "--porcelain") == ""


def test_a_shallow_clone_races_as_well(remote: Path, rival: Path, tmp_path: Path) -> None:
    for number in range(3):
        push(rival, {"app.py": f"print({number})\n"})
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    done = publish_from(shallow, make=beaten(shallow, lambda: push(rival, {"app.py": "print(9)\n"}), times=2))
    assert (done.kind, done.attempts) == (Kind.PUBLISHED, 3)
    assert log(remote)[0] == done.commit
    assert len(log(remote)) == 7


def test_a_later_stamp_supersedes(folder: Path, remote: Path, rival: Path) -> None:
    push(rival, {"app.py": "print(2)\n"})
    theirs = publish_from(rival)
    after = push(rival, {"app.py": "print(3)\n"})
    done = publish_from(folder)
    assert (done.kind, done.commit, done.local) == (Kind.SUPERSEDED, theirs.commit, None)
    assert log(remote)[0] == after


def test_a_stamp_of_the_same_push_supersedes(folder: Path, remote: Path, rival: Path) -> None:
    theirs = publish_from(rival)
    assert publish_from(folder, make=maker(Repository.open(folder), "x")).commit == theirs.commit
    assert len(log(remote)) == 2


def test_force_stamps_on_top_of_a_later_stamp(folder: Path, remote: Path, rival: Path) -> None:
    theirs = publish_from(rival)
    done = publish_from(folder, make=maker(Repository.open(folder), "xy"), force=True)
    assert (done.kind, done.base) == (Kind.PUBLISHED, theirs.commit)
    assert log(remote)[0] == done.commit


def test_a_copied_trailer_does_not_supersede(folder: Path, rival: Path) -> None:
    push(rival, {"app.py": "print(2)\n"}, "Squashed\n\nFreshboot-Stamp: 1.0.0+gabc")
    assert publish_from(folder).kind is Kind.PUBLISHED


def test_a_stamp_from_before_our_push_was_merged_does_not_supersede(folder: Path, rival: Path) -> None:
    mine = commit(folder, {"app.py": "print(2)\n"})
    publish_from(rival)
    git(rival, "fetch", "--quiet", str(folder), "main")
    git(rival, "merge", "--quiet", "--no-ff", "-m", "Merge", mine)
    git(rival, "push", "--quiet", "origin", "main")
    done = publish_from(folder)
    assert (done.kind, done.base) == (Kind.PUBLISHED, head(rival))


def test_a_branch_that_went_another_way_is_told(folder: Path, remote: Path, rival: Path) -> None:
    theirs = push(rival, {"app.py": "print(2)\n"})
    mine = commit(folder, {"app.py": "print(3)\n"})
    with pytest.raises(DivergedError, match=f"origin/main does not hold {mine[:7]}") as caught:
        publish_from(folder)
    assert caught.value.exit_code == 5
    assert "git pull --rebase" in caught.value.remedy
    assert head(remote, "main") == theirs


def test_a_rewritten_branch_is_told(folder: Path, rival: Path) -> None:
    git(rival, "commit", "--quiet", "--amend", "-m", "Rewritten")
    git(rival, "push", "--quiet", "--force", "origin", "main")
    with pytest.raises(DivergedError):
        publish_from(folder)


def test_attempts_are_bounded_and_pauses_grow(folder: Path, rival: Path) -> None:
    pauses: list[float] = []
    make = beaten(folder, lambda: push(rival, {"app.py": f"print({len(pauses)}, 2)\n"}), times=99)
    with pytest.raises(LostRaceError, match="10 pushes to main in a row came too late") as caught:
        publish_from(folder, make=make, sleep=pauses.append, random=lambda: 0.5)
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0, 10.0]
    assert caught.value.exit_code == 5


def test_a_reference_that_is_locked_for_a_moment_is_tried_again(folder: Path, remote: Path) -> None:
    lock = remote / "refs" / "heads" / "main.lock"
    lock.touch()
    done = publish_from(folder, sleep=lambda _: lock.unlink())
    assert (done.kind, done.attempts) == (Kind.PUBLISHED, 2)
    assert len(log(remote)) == 2


def test_a_push_that_arrived_though_the_answer_was_lost_is_published(
    folder: Path, remote: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hook = remote / "hooks" / "post-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nsleep 30\n")
    hook.chmod(0o755)
    monkeypatch.setattr("freshboot.repository.pushing.REMOTE_SECONDS", 1.0)
    done = publish_from(folder)
    assert (done.kind, done.local) == (Kind.PUBLISHED, Local.FOLLOWED)
    assert log(remote)[0] == done.commit
    assert len(log(remote)) == 2


def test_a_detached_head_needs_a_branch(folder: Path, remote: Path) -> None:
    git(folder, "switch", "--quiet", "--detach")
    with pytest.raises(NoBranchError, match="HEAD is detached") as caught:
        publish_from(folder)
    assert caught.value.exit_code == 2
    assert publish_from(folder, branch="main").kind is Kind.PUBLISHED
    assert len(log(remote)) == 2


def test_an_older_commit_is_not_stamped_again(folder: Path, remote: Path, rival: Path) -> None:
    new = push(rival, {"app.py": "print(2)\n"})
    git(folder, "switch", "--quiet", "--detach")
    assert publish_from(folder, branch="main").base == new


def test_another_branch_than_the_one_checked_out_is_refused(folder: Path) -> None:
    git(folder, "switch", "--quiet", "--create", "feature")
    with pytest.raises(NoBranchError, match="HEAD is on feature, not on main") as caught:
        publish_from(folder, branch="main")
    assert caught.value.remedy == "git switch main"


def test_a_name_that_is_no_branchs_is_refused(folder: Path) -> None:
    git(folder, "switch", "--quiet", "--detach")
    with pytest.raises(NoBranchError, match="no name for a branch"):
        publish_from(folder, branch="a b\x1b..")


def test_a_repository_without_a_remote_is_told(folder: Path) -> None:
    git(folder, "remote", "remove", "origin")
    with pytest.raises(NoRemoteError, match="has no remote") as caught:
        publish_from(folder)
    assert caught.value.exit_code == 2


def test_other_changes_in_a_mark_are_refused_before_anything_is_pushed(folder: Path, remote: Path) -> None:
    write(folder, {"requirements.txt": "mine\n"})
    with pytest.raises(ForeignChangesError):
        publish_from(folder)
    assert len(log(remote)) == 1


@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY"])
def test_a_hooks_environment_leads_nowhere_else(
    folder: Path, remote: Path, rival: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = {"GIT_WORK_TREE": ".", "GIT_INDEX_FILE": ".git/index", "GIT_OBJECT_DIRECTORY": ".git/objects"}
    monkeypatch.setenv(variable, str(rival / inside.get(variable, ".git")))
    before = head(rival), git(rival, "count-objects"), git(rival, "status", "--porcelain")
    assert publish_from(folder).local is Local.FOLLOWED
    assert publish_from(folder).kind is Kind.NOTHING
    assert (head(rival), git(rival, "count-objects"), git(rival, "status", "--porcelain")) == before
    assert len(log(remote)) == 2


def test_odd_names_of_marks_are_published(remote: Path, rival: Path, folder: Path) -> None:
    names = ["a b.txt", 'quo"te', "line\nbreak", "-f", ":(top)x", "*", "caf\udce9"]
    push(rival, {f"./{name}": "# stamp: none\n" for name in names})
    git(folder, "pull", "--quiet")
    marks = Marks(frozenset(names), MARKS.differ_by_stamp)
    repository = Repository.open(folder)

    def make(base: str) -> Change:
        return Change(dict.fromkeys(names, b"# stamp: 1\n"), "Stamp\n", maker(repository)(base).when)

    done = publish(repository, make, marks)
    assert done.local is Local.FOLLOWED
    assert set(repository.read_all(done.commit, names).values()) == {b"# stamp: 1\n"}
    assert git(folder, "status", "--porcelain") == ""
