"""A stamp for somebody to merge lies on a branch of its own, one commit beside the branch's tip."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from freshboot.repository import errors
from freshboot.repository.commits import Change
from freshboot.repository.loops import MOST_IN_A_ROW, STAMP_BRANCH
from freshboot.repository.publishing import Kind
from freshboot.repository.repository import Repository
from tests.gitrepo import clone, commit, git, head, log
from tests.repository.stamper import maker, propose_from, push


def beaten(folder: Path, meanwhile: Callable[[], object]) -> Callable[[str], Change]:
    make, rounds = maker(Repository.open(folder)), iter([meanwhile])

    def slow(base: str) -> Change:
        change = make(base)
        next(rounds, lambda: None)()
        return change

    return slow


def test_it_is_one_commit_on_the_branchs_tip(folder: Path, rival: Path, remote: Path) -> None:
    """The tip, not HEAD: what is merged stands on what the branch holds by then."""
    theirs = push(rival, {"app.py": "print(2)\n"})
    done = propose_from(folder)
    assert (done.kind, done.base, done.way) == (Kind.PROPOSED, theirs, "pull-request")
    assert log(remote, STAMP_BRANCH)[:2] == [done.commit, theirs]
    assert log(remote)[0] == theirs


def test_neither_work_tree_nor_local_branches_are_touched(folder: Path) -> None:
    (folder / "requirements.txt").write_text("mine\n")
    before = git(folder, "status", "--porcelain"), git(folder, "for-each-ref", "refs/heads")
    assert propose_from(folder).local is None
    assert (git(folder, "status", "--porcelain"), git(folder, "for-each-ref", "refs/heads")) == before


def test_whoever_proposed_the_same_first_is_followed(folder: Path, rival: Path, remote: Path) -> None:
    theirs: list[str] = []
    stamps = maker(Repository.open(rival), ["theirs"])
    meanwhile = beaten(folder, lambda: theirs.append(propose_from(rival, make=stamps).commit))
    done = propose_from(folder, make=meanwhile)
    assert (done.kind, done.commit, done.attempts) == (Kind.PROPOSED, theirs[0], 1)
    assert head(remote, STAMP_BRANCH) == theirs[0]


def test_a_lost_race_proposes_on_the_new_tip(folder: Path, rival: Path, remote: Path) -> None:
    """Somebody pushes, and an older proposal arrives, between our look and our push."""
    tips: list[str] = []

    def meanwhile() -> None:
        propose_from(rival, make=maker(Repository.open(rival), ["theirs"]))
        tips.append(push(rival, {"app.py": "print(2)\n"}))

    done = propose_from(folder, make=beaten(folder, meanwhile))
    assert (done.kind, done.base, done.attempts) == (Kind.PROPOSED, tips[0], 2)
    assert log(remote, STAMP_BRANCH)[:2] == [done.commit, tips[0]]


def test_attempts_are_bounded(folder: Path, remote: Path) -> None:
    lock = remote / "refs" / "heads" / f"{STAMP_BRANCH}.lock"
    lock.parent.mkdir()
    lock.touch()
    pauses: list[float] = []
    with pytest.raises(errors.LostRaceError, match=f"3 pushes to {STAMP_BRANCH} in a row"):
        propose_from(folder, attempts=3, sleep=pauses.append, random=lambda: 0.5)
    assert pauses == [0.1, 0.2, 0.4]


def test_a_rule_for_its_branch_is_told(folder: Path, remote: Path) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        "#!/bin/sh\nprintf 'error: GH013: Repository rule violations found for refs/heads/freshboot/stamp.\\n"
        "- Commits must have verified signatures.\\n' >&2\nexit 1\n"
    )
    hook.chmod(0o755)
    with pytest.raises(errors.ProtectedBranchError, match="must have verified signatures") as caught:
        propose_from(folder)
    assert caught.value.remedy.startswith("set `publish: api`")
    assert "exempt the branch freshboot/stamp" in caught.value.remedy


def test_a_commit_that_is_not_pushed_is_told(folder: Path) -> None:
    commit(folder, {"app.py": "print(2)\n"})
    with pytest.raises(errors.DivergedError, match="yet"):
        propose_from(folder)


def test_force_proposes_anew(folder: Path, remote: Path) -> None:
    first = propose_from(folder)
    second = propose_from(folder, make=maker(Repository.open(folder), ["x"]), force=True)
    assert second.kind is Kind.PROPOSED
    assert log(remote, STAMP_BRANCH) == [second.commit, first.base]


def test_a_persons_commit_on_its_branch_gives_way_to_force_alone(
    folder: Path, rival: Path, remote: Path
) -> None:
    theirs = commit(rival, {"app.py": "print('mine')\n"})
    git(rival, "push", "--quiet", "origin", f"HEAD:{STAMP_BRANCH}")
    with pytest.raises(errors.ForeignCommitError, match=f"{theirs[:7]}, which holds more than a stamp"):
        propose_from(folder)
    assert propose_from(folder, force=True).kind is Kind.PROPOSED


def test_a_shallow_clone_moves_an_older_proposal(
    folder: Path, rival: Path, remote: Path, tmp_path: Path
) -> None:
    propose_from(folder)
    for number in range(3):
        base = push(rival, {"app.py": f"print({number})\n"})
    done = propose_from(clone(remote, tmp_path / "shallow", "--depth=1"))
    assert log(remote, STAMP_BRANCH)[:2] == [done.commit, base]


def test_merges_that_are_not_known_as_stamps_end_at_the_cap(folder: Path) -> None:
    for number in range(MOST_IN_A_ROW):
        text = f"Merge pull request #{number} from acme/{STAMP_BRANCH}"
        push(folder, {"app.py": f"print({number})\n"}, text)
    with pytest.raises(errors.LoopError):
        propose_from(folder)
