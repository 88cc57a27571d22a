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


def test_a_commit_of_another_branch_is_told_with_the_branch(folder: Path, old: str) -> None:
    git(folder, "checkout", "--quiet", "-b", "develop", old)
    other = commit(folder, {"notes.txt": "elsewhere"})
    git(folder, "push", "--quiet", "origin", "develop")
    claim, words = claim_of(other, of(folder, "main"))
    assert claim == Claim(other, branch="develop")
    assert words.endswith("which is on develop")


def test_a_commit_that_the_branch_was_moved_away_from_is_no_claim(folder: Path, old: str) -> None:
    git(folder, "checkout", "--quiet", "--detach", old)
    given_up = commit(folder, {"notes.txt": "amended since"})
    claim, words = claim_of(given_up, of(folder, "main"))
    assert claim is None
    assert words.endswith("which is on no branch")


def test_a_commit_that_the_branch_itself_took_in_since_is_no_claim(folder: Path, old: str) -> None:
    release = head(folder)
    git(folder, "checkout", "--quiet", "-b", "feature", old)
    beside = commit(folder, {"feature.txt": "merged after the release"})
    git(folder, "push", "--quiet", "origin", "feature")
    git(folder, "checkout", "--quiet", "main")
    git(folder, "merge", "--quiet", "--no-ff", "-m", "Merge", "feature")
    git(folder, "push", "--quiet", "origin", "main")
    assert claim_of(beside, of(folder, release))[0] is None


def test_a_commit_that_the_repository_does_not_hold_is_no_claim(folder: Path, old: str) -> None:
    claim, words = claim_of("f" * 40, of(folder))
    assert claim is None
    assert words.endswith("which this repository does not hold")


def test_nothing_told_is_nothing(folder: Path) -> None:
    assert claim_of("", of(folder)) == (None, "")


def test_a_shallow_clone_fetches_what_it_lacks(folder: Path, remote: Path, tmp_path: Path, old: str) -> None:
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    assert claim_of(old, of(shallow))[0] == Claim(old, 2)
