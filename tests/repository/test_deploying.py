"""A deploy branch holds the branch's files and the stamp; the branch itself is left alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freshboot.repository import errors
from freshboot.repository.commits import Change
from freshboot.repository.deploying import source_of
from freshboot.repository.publishing import Kind
from freshboot.repository.repository import Repository
from tests.gitrepo import clone, commit, git, head, log, write
from tests.repository.smart_http import READER, WRITER, served
from tests.repository.stamper import (
    FILES,
    MARKS,
    deploy_from,
    maker,
    publish_from,
    push,
    remote_and_clone,
    stamped,
)

PROTECTED = """#!/bin/sh
while read old new ref; do
  [ "$ref" = refs/heads/main ] && { echo 'error: GH006: Protected branch update failed.' >&2; exit 1; }
done
exit 0
"""


def parents(remote: Path, commit_id: str) -> list[str]:
    return git(remote, "log", "-1", "--format=%P", commit_id).split()


def files_of(remote: Path, commit_id: str) -> dict[str, str]:
    """Mode, blob id by path."""
    lines = git(remote, "ls-tree", "-r", "-z", commit_id).split("\0")[:-1]
    return {path: facts for facts, _, path in (line.partition("\t") for line in lines)}


def untouched(folder: Path) -> tuple[str, ...]:
    """What publishing beside the branch must not change."""
    return (
        str((folder / ".git" / "index").stat().st_mtime_ns),
        git(folder, "for-each-ref", "refs/heads"),
        git(folder, "ls-files", "--stage"),
        (folder / "requirements.txt").read_text(),
        (folder / "app.py").read_text(),
    )


def beaten(folder: Path, meanwhile: Callable[[], object]) -> Callable[[str], Change]:
    """A maker that somebody else is faster than, once."""
    make, rounds = maker(Repository.open(folder)), iter([meanwhile])

    def slow(base: str) -> Change:
        change = make(base)
        next(rounds, lambda: None)()
        return change

    return slow


def test_the_first_stamp_makes_the_branch(folder: Path, remote: Path) -> None:
    source = head(folder)
    done = deploy_from(folder)
    assert (done.kind, done.base, done.remote, done.branch, done.way) == (
        *(Kind.PUBLISHED, source, "origin", "live", "deploy-branch"),
    )
    assert head(remote, "live") == done.commit
    assert head(remote, "main") == source
    assert parents(remote, done.commit) == [source]
    trailer = "--format=%(trailers:key=Freshboot-Stamp,valueonly)"
    assert git(remote, "log", "-1", trailer, "live") == f"1.0.1+g{source[:7]}"


def test_each_stamp_follows_the_one_before(folder: Path, remote: Path) -> None:
    first = deploy_from(folder)
    source = push(folder, {"app.py": "print(2)\n", "new/file.py": "", "requirements.txt": None})
    push(folder, {"requirements.txt": "pandas\n# stamp: none\n"})
    second = deploy_from(folder)
    assert parents(remote, second.commit) == [first.commit, head(folder)]
    assert git(remote, "show", "live:app.py") == "print(2)"
    assert git(remote, "show", "live:requirements.txt").splitlines()[0] == "pandas"
    assert source in log(remote, "live")


def test_neither_work_tree_nor_index_is_touched(folder: Path) -> None:
    write(folder, {"app.py": "print('mine')\n", "requirements.txt": "my own change\n", "untracked": ""})
    git(folder, "add", "app.py")
    before = untouched(folder)
    done = deploy_from(folder)
    assert (done.kind, done.local) == (Kind.PUBLISHED, None)
    assert untouched(folder) == before


def test_a_second_run_finds_its_stamp_there(folder: Path, remote: Path) -> None:
    done = deploy_from(folder)
    again = deploy_from(folder)
    assert (again.kind, again.commit, again.attempts) == (Kind.SUPERSEDED, done.commit, 0)
    assert log(remote, "live")[0] == done.commit


def test_a_later_push_that_is_deployed_already_supersedes(folder: Path, rival: Path, remote: Path) -> None:
    push(rival, {"app.py": "print(2)\n"})
    theirs = deploy_from(rival)
    done = deploy_from(folder)
    assert (done.kind, done.commit) == (Kind.SUPERSEDED, theirs.commit)


def test_a_later_push_that_is_not_deployed_yet_is_left_to_its_own_run(folder: Path, rival: Path) -> None:
    source = head(folder)
    push(rival, {"app.py": "print(2)\n"})
    done = deploy_from(folder)
    assert (done.kind, done.base) == (Kind.PUBLISHED, source)


def test_force_stamps_anew(folder: Path, remote: Path) -> None:
    first = deploy_from(folder)
    second = deploy_from(folder, make=maker(Repository.open(folder), ["x"]), force=True)
    assert (second.kind, parents(remote, second.commit)) == (Kind.PUBLISHED, [first.commit, second.base])


def test_a_lost_race_makes_the_stamp_anew_on_the_new_tip(folder: Path, rival: Path, remote: Path) -> None:
    """Somebody deploys an older commit between our look and our push."""
    git(rival, "switch", "--quiet", "--detach")
    source = push(folder, {"app.py": "print(2)\n"})
    theirs: list[str] = []
    pauses: list[float] = []
    make = beaten(folder, lambda: theirs.append(deploy_from(rival, branch="main").commit))
    done = deploy_from(folder, make=make, sleep=pauses.append)
    assert (done.kind, done.base, done.attempts) == (Kind.PUBLISHED, source, 2)
    assert parents(remote, done.commit) == [theirs[0], source]
    assert pauses == [0.05]


def test_a_lost_race_against_a_later_push_is_superseded(folder: Path, rival: Path) -> None:
    theirs: list[str] = []

    def overtake() -> None:
        push(rival, {"app.py": "print(2)\n"})
        theirs.append(deploy_from(rival).commit)

    done = deploy_from(folder, make=beaten(folder, overtake))
    assert (done.kind, done.commit, done.attempts) == (Kind.SUPERSEDED, theirs[0], 1)


def test_attempts_are_bounded(folder: Path, remote: Path) -> None:
    (remote / "refs" / "heads" / "live.lock").touch()
    with pytest.raises(errors.LostRaceError, match="3 pushes to live in a row"):
        deploy_from(folder, attempts=3)


def test_a_branch_that_was_forced_back_goes_forward_on_the_deploy_branch(folder: Path, remote: Path) -> None:
    old = head(folder)
    push(folder, {"app.py": "print(2)\n"})
    bad = deploy_from(folder)
    git(folder, "reset", "--quiet", "--hard", old)
    git(folder, "push", "--quiet", "--force", "origin", "main")
    done = deploy_from(folder)
    assert (done.kind, done.base) == (Kind.PUBLISHED, old)
    assert parents(remote, done.commit) == [bad.commit, old]
    assert git(remote, "show", "live:app.py") == "print(1)"


def test_a_commit_that_the_branch_has_dropped_is_not_deployed_again(folder: Path, rival: Path) -> None:
    git(rival, "commit", "--quiet", "--amend", "-m", "Rewritten")
    git(rival, "push", "--quiet", "--force", "origin", "main")
    with pytest.raises(errors.DivergedError, match="origin/main does not hold"):
        deploy_from(folder)


def test_a_commit_that_is_not_pushed_is_told(folder: Path, remote: Path) -> None:
    commit(folder, {"app.py": "print(2)\n"})
    with pytest.raises(errors.DivergedError, match="yet") as caught:
        deploy_from(folder)
    assert caught.value.remedy == "git push, then publish again"
    assert "live" not in git(remote, "for-each-ref")


def test_a_persons_commit_on_the_deploy_branch_is_not_undone(folder: Path, rival: Path, remote: Path) -> None:
    deploy_from(folder)
    git(rival, "fetch", "--quiet")
    git(rival, "switch", "--quiet", "live")
    theirs = commit(rival, {"app.py": "print('hotfix')\n"})
    git(rival, "push", "--quiet", "origin", "live")
    push(folder, {"app.py": "print(2)\n"})
    with pytest.raises(errors.ForeignCommitError, match=f"origin/live ends with {theirs[:7]}") as caught:
        deploy_from(folder)
    assert caught.value.exit_code == 5
    assert head(remote, "live") == theirs
    assert parents(remote, deploy_from(folder, force=True).commit)[0] == theirs


def test_a_persons_commit_that_was_brought_to_the_branch_is_no_obstacle(folder: Path, remote: Path) -> None:
    git(folder, "push", "--quiet", "origin", "main:live")
    start = head(folder)
    push(folder, {"app.py": "print(2)\n"})
    assert parents(remote, deploy_from(folder).commit) == [start, head(folder)]


def test_a_shallow_clone_deploys_as_well(folder: Path, rival: Path, remote: Path, tmp_path: Path) -> None:
    git(folder, "push", "--quiet", "origin", "main:live")
    for number in range(3):
        push(rival, {"app.py": f"print({number})\n"})
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    first = deploy_from(shallow)
    assert (first.kind, deploy_from(shallow).kind) == (Kind.PUBLISHED, Kind.SUPERSEDED)
    push(rival, {"app.py": "print(4)\n"})
    other = clone(remote, tmp_path / "other", "--depth=1")
    done = deploy_from(other)
    assert parents(remote, done.commit) == [first.commit, head(rival)]
    assert deploy_from(shallow).kind is Kind.SUPERSEDED


def test_its_own_push_starts_nothing(folder: Path, remote: Path, tmp_path: Path) -> None:
    deploy_from(folder)
    started = clone(remote, tmp_path / "started", "--branch=live")
    assert deploy_from(started).kind is Kind.NOTHING
    assert len(log(remote, "live")) == 2


def test_a_protected_branch_is_no_obstacle(folder: Path, remote: Path) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(PROTECTED)
    hook.chmod(0o755)
    with pytest.raises(errors.ProtectedBranchError):
        publish_from(folder)
    assert deploy_from(folder).kind is Kind.PUBLISHED


def test_a_protected_deploy_branch_is_told(folder: Path, remote: Path) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'error: GH013: Repository rule violations found' >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(errors.ProtectedBranchError, match="refused the push to live") as caught:
        deploy_from(folder)
    assert "exempt the deploy branch" in caught.value.remedy


def test_permission_is_asked_for_as_ever(folder: Path, remote: Path) -> None:
    with served(remote.parent) as url:
        address = f"{url}/{remote.name}"
        git(folder, "remote", "set-url", "origin", address.replace("://", f"://{READER}@"))
        with pytest.raises(errors.NoPermissionError, match="403"):
            deploy_from(folder)
        git(folder, "remote", "set-url", "origin", address.replace("://", f"://{WRITER}@"))
        assert deploy_from(folder).kind is Kind.PUBLISHED


def test_a_remote_that_is_gone_is_told(folder: Path, remote: Path) -> None:
    remote.rename(remote.with_name("moved.git"))
    with pytest.raises(errors.RemoteGoneError, match="origin does not tell its branches"):
        deploy_from(folder)


def test_an_odd_name_is_refused(folder: Path) -> None:
    with pytest.raises(errors.NoBranchError, match="no name for a branch"):
        deploy_from(folder, to="a..b")


def test_an_executable_mark_stays_one(folder: Path, remote: Path) -> None:
    (folder / "requirements.txt").chmod(0o755)
    push(folder, {"requirements.txt": FILES["requirements.txt"]})
    done = deploy_from(folder)
    assert files_of(remote, done.commit)["requirements.txt"].startswith("100755")


MOVES = st.one_of(
    st.tuples(
        st.just("write"),
        st.sampled_from(["app.py", "requirements.txt", "a b/é.py", ".streamlit/config.toml"]),
    ),
    st.tuples(st.just("delete"), st.just("app.py")),
    st.tuples(st.just("back"), st.integers(1, 3)),
    st.tuples(st.just("revert"), st.just(0)),
    st.tuples(st.just("merge"), st.just(0)),
)


def moved(folder: Path, move: str, what: str | int, number: int) -> None:
    """One push of a person, forced where it has to be."""
    if move == "write":
        text = str(FILES.get(str(what), ""))
        commit(folder, {str(what): f"{number}\n{text}"})
    elif move == "delete" and (folder / str(what)).exists():
        commit(folder, {str(what): None})
    elif move == "back":
        git(folder, "reset", "--quiet", "--hard", log(folder, "HEAD")[-1 - int(what) :][0])
    elif move == "revert" and len(parents(folder, "HEAD")) == 1:
        git(folder, "revert", "--no-edit", "HEAD", check=False)
    elif move == "merge":
        git(folder, "switch", "--quiet", "--create", f"side{number}")
        commit(folder, {f"side{number}.py": ""})
        git(folder, "switch", "--quiet", "main")
        git(folder, "merge", "--quiet", "--no-ff", "--no-edit", f"side{number}")
    git(folder, "push", "--quiet", "--force", "origin", "main")


@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(MOVES, st.booleans()), min_size=2, max_size=5))
def test_whatever_happens_it_moves_forward_and_holds_the_files_and_the_stamp(
    moves: list[tuple[tuple[str, str | int], bool]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        remote, folder = remote_and_clone(Path(name))
        lives: list[str] = []
        for number, ((move, what), deploys) in enumerate(moves):
            moved(folder, move, what, number)
            if not deploys:
                continue
            source = head(folder)
            done = deploy_from(folder)
            live = head(remote, "live")
            assert head(remote, "main") == source
            assert done.commit == live
            assert source_of(Repository.open(folder), live, MARKS) == source
            if done.kind is Kind.PUBLISHED:
                assert parents(remote, live) == [*lives[-1:], source]
                lives.append(live)
            marks = {
                path: stamped(git(folder, "cat-file", "blob", f"{source}:{path}").encode() + b"\n", "x")
                for path in MARKS.paths
            }
            there, asked = files_of(remote, live), files_of(remote, source)
            assert there.keys() == asked.keys()
            assert {path for path in there if there[path] != asked[path]} == MARKS.paths
            for path, text in marks.items():
                live_text = git(folder, "cat-file", "blob", f"{live}:{path}").encode() + b"\n"
                assert stamped(live_text, "x") == text
