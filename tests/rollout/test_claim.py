"""The commit that a host names, held against a real repository's history."""

from __future__ import annotations

from pathlib import Path

import pytest

from freshboot.config import Config
from freshboot.judge.evidence import Claim
from freshboot.repository.repository import Repository
from freshboot.rollout.claim import claim_of
from freshboot.rollout.expectation import Releases, releases
from tests.gitrepo import clone, commit, git, head

pytestmark = pytest.mark.usefixtures("isolated")


@pytest.fixture
def old(folder: Path) -> str:
    """A clone whose release is two commits ahead of this one."""
    first = head(folder)
    for text in ("second", "third"):
        commit(folder, {"notes.txt": text})
    git(folder, "push", "--quiet", "origin", "main")
    return first


def of(folder: Path, revision: str = "HEAD") -> Releases:
    repository = Repository.open(str(folder))
    return releases(repository, repository.resolve(revision), "main", Config())


def test_an_earlier_commit_is_told_with_how_far_behind_it_is(folder: Path, old: str) -> None:
    claim, words = claim_of(old, of(folder))
    assert claim == Claim(old, 2)
    assert words == f"the host says that it runs commit {old[:7]}, 2 behind the release"


def test_a_shortened_id_is_told_in_full(folder: Path, old: str) -> None:
    assert claim_of(old[:8], of(folder))[0] == Claim(old, 2)


def test_the_release_itself_is_no_claim(folder: Path, old: str) -> None:
    claim, words = claim_of(head(folder), of(folder))
    assert claim is None
    assert words.endswith("the release")


def test_a_later_commit_is_no_claim(folder: Path, old: str) -> None:
    claim, words = claim_of(head(folder), of(folder, old))
    assert claim is None
    assert words.endswith("a later one than the release")


def written_at(folder: Path, time: str, *options: str) -> str:
    """A commit that is written at some time: what is amended or picked keeps that."""
    git(folder, "commit", "--quiet", "--allow-empty", "--message=Change", *options, GIT_AUTHOR_DATE=time)
    return head(folder)


@pytest.fixture
def other(folder: Path, old: str) -> str:
    """The tip of another branch, which parted from main where this clone has seen main."""
    git(folder, "checkout", "--quiet", "-b", "develop", old)
    tip = written_at(folder, "2026-02-03T04:05:06Z")
    git(folder, "push", "--quiet", "origin", "develop")
    return tip


def test_a_commit_of_another_branch_is_told_with_the_branch(folder: Path, other: str) -> None:
    claim, words = claim_of(other, of(folder, "main"))
    assert claim == Claim(other, branch="develop")
    assert words.endswith("which is on develop")


def test_a_commit_below_the_tip_of_another_branch_is_no_claim(folder: Path, other: str) -> None:
    written_at(folder, "2026-03-03T04:05:06Z")
    git(folder, "push", "--quiet", "origin", "develop")
    claim, words = claim_of(other, of(folder, "main"))
    assert claim is None
    assert words.endswith("which main does not hold, and develop does")


def test_where_git_has_not_seen_the_branches_part_a_commit_of_another_is_no_claim(
    remote: Path, tmp_path: Path, other: str
) -> None:
    new = clone(remote, tmp_path / "new")
    claim, words = claim_of(other, of(new))
    assert claim is None
    assert words.endswith("which main does not hold, and develop does")


def forced(folder: Path, *, how: str) -> str:
    """Main is forced from a commit, which has a branch of its own by now, to another one; the commit."""
    commit(folder, {"notes.txt": "seen before"})
    git(folder, "push", "--quiet", "origin", "main")
    was = written_at(folder, "2026-02-03T04:05:06Z")
    git(folder, "push", "--quiet", "origin", "main", "main:feature")
    if how == "amended":
        git(folder, "commit", "--quiet", "--amend", "--allow-empty", "--message=Amended")
    else:
        git(folder, "reset", "--quiet", "--hard", "HEAD~1")
        written_at(folder, "2026-03-03T04:05:06Z")
    git(folder, "push", "--quiet", "--force", "origin", "main")
    git(folder, "fetch", "--quiet", "origin")
    return was


@pytest.mark.parametrize("how", ["amended", "replaced"])
def test_a_commit_that_the_branch_was_forced_from_is_no_claim_though_another_holds_it(
    how: str, folder: Path
) -> None:
    was = forced(folder, how=how)
    claim, words = claim_of(was, of(folder))
    assert claim is None
    assert words.endswith("which main does not hold, and feature does")


def test_a_commit_that_somebody_else_amended_between_two_fetches_is_no_claim(
    folder: Path, remote: Path, tmp_path: Path
) -> None:
    mine = clone(remote, tmp_path / "mine")
    was = forced(folder, how="amended")
    git(mine, "pull", "--quiet", "origin", "main")
    git(mine, "fetch", "--quiet", "origin")
    assert claim_of(was, of(mine))[0] is None


def test_a_branch_with_the_name_that_a_host_told_is_no_commit(folder: Path, old: str) -> None:
    git(folder, "branch", "deadbeef", old)
    git(folder, "branch", old[:7], "main")
    claim, words = claim_of("deadbeef", of(folder))
    assert claim is None
    assert words.endswith("which this repository does not hold")
    assert claim_of(old[:7], of(folder))[0] == Claim(old, 2)


def test_a_commit_that_the_branch_was_moved_away_from_is_no_claim(folder: Path, old: str) -> None:
    git(folder, "checkout", "--quiet", "--detach", old)
    given_up = commit(folder, {"notes.txt": "amended since"})
    claim, words = claim_of(given_up, of(folder, "main"))
    assert claim is None
    assert words.endswith("which is on no branch that is known here")


def test_a_commit_that_the_branch_itself_took_in_since_is_no_claim(folder: Path, old: str) -> None:
    release = head(folder)
    git(folder, "checkout", "--quiet", "-b", "feature", old)
    beside = commit(folder, {"feature.txt": "merged after the release"})
    git(folder, "push", "--quiet", "origin", "feature")
    git(folder, "checkout", "--quiet", "main")
    git(folder, "merge", "--quiet", "--no-ff", "-m", "Merge", "feature")
    git(folder, "push", "--quiet", "origin", "main")
    claim, words = claim_of(beside, of(folder, release))
    assert claim is None
    assert words.endswith("which main has taken in since")


def test_a_commit_that_the_repository_does_not_hold_is_no_claim(folder: Path, old: str) -> None:
    claim, words = claim_of("f" * 40, of(folder))
    assert claim is None
    assert words.endswith("which this repository does not hold")


def test_nothing_told_is_nothing(folder: Path) -> None:
    assert claim_of("", of(folder)) == (None, "")


def test_a_shallow_clone_fetches_what_it_lacks(folder: Path, remote: Path, tmp_path: Path, old: str) -> None:
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    assert claim_of(old, of(shallow))[0] == Claim(old, 2)
