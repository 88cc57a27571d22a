"""A stamp for somebody to merge: one commit on the branch's tip, on a branch of its own.

That branch is freshboot's alone and always holds one commit beside the other's tip, so that it merges in each
of the three ways (a rebase would leave out a merge commit among its commits, and an older stamp come out).
It is therefore moved from tip to tip: by a push that names what the branch must hold, and only where nothing
but stamps would go.
"""

from __future__ import annotations

import random as randomness
import time
from collections.abc import Callable
from dataclasses import dataclass

from freshboot.repository.commits import BOT, Identity, Marks, build, changes_stamps_only, is_own
from freshboot.repository.errors import ForeignCommitError
from freshboot.repository.loops import STAMP_BRANCH, newest, refuse_loop
from freshboot.repository.publishing import Kind, Make, Outcome, made
from freshboot.repository.pushing import Target, both, lost, pause, push, refuse_diverged, target_of
from freshboot.repository.repository import Repository
from freshboot.repository.ways import PULL_REQUEST


def propose(
    repository: Repository,
    make: Make,
    marks: Marks,
    *,
    branch: str | None = None,
    force: bool = False,
    identity: Identity = BOT,
    attempts: int = 10,
    sleep: Callable[[float], None] = time.sleep,
    random: Callable[[], float] = randomness.random,
) -> Outcome:
    """Bring a stamp on the tip of the remote's ``branch`` to STAMP_BRANCH; to open a pull request is left.

    NOTHING: HEAD is a stamp that was merged, in whichever way. SUPERSEDED: one was merged after HEAD.
    ``branch`` may be left out where one is checked out. ``force`` proposes in spite of either, and of a
    person's commits on STAMP_BRANCH.

    :raises RepositoryError: no remote or no branch.
    :raises RemoteError: HEAD is not on the remote's branch, the remote refused, a person's commits would be
        lost, every attempt lost the race, or stamps follow one another without end.
    """
    ours = _Proposing(repository, target_of(repository, branch), repository.head, marks, force)
    if ours.is_done():
        return ours.ended(Kind.NOTHING, ours.head, ours.head, 0)
    for attempt in range(1, attempts + 1):
        tip, proposed = both(ours.target, ours.side)
        settled = ours.settled(tip, proposed, attempt - 1)
        if settled is not None:
            return settled
        change = made(make, tip, marks)
        commit = None if change is None else build(repository, tip, change, identity)
        if commit is None:
            return ours.ended(Kind.NOTHING, tip, tip, attempt - 1)
        if push(ours.side, commit, PULL_REQUEST, instead_of=proposed or ""):
            return ours.ended(Kind.PROPOSED, commit, tip, attempt)
        sleep(pause(attempt, random()))
    raise lost(ours.side, attempts)


@dataclass(frozen=True)
class _Proposing:
    """What a proposal is made for."""

    repository: Repository
    target: Target
    head: str
    marks: Marks
    force: bool

    @property
    def side(self) -> Target:
        """Where the proposal lies."""
        return Target(self.repository, self.target.remote, STAMP_BRANCH)

    def ended(self, kind: Kind, commit: str, base: str, attempt: int) -> Outcome:
        """How it ended."""
        target = self.target
        return Outcome(kind, commit, base, target.remote, target.branch, attempt, way=PULL_REQUEST)

    def is_done(self) -> bool:
        """Whether HEAD is a stamp that was merged, or our own push started this run."""
        if self.target.branch == STAMP_BRANCH:
            return True
        if self.force:
            return False
        if is_merged_stamp(self.repository, self.head, self.marks):
            return True
        refuse_loop(self.target, self.head, newest(self.target, self.head))
        return False

    def settled(self, tip: str, proposed: str | None, pushes: int) -> Outcome | None:
        """How it ended without a push (more); None where one is needed."""
        refuse_diverged(self.target, self.head, tip)
        if self.force:
            return None
        merged = _merged_after(self.repository, self.head, tip, self.marks)
        if merged is not None:
            return self.ended(Kind.SUPERSEDED, merged, self.head, pushes)
        if proposed is None:
            return None
        if _is_on(self.repository, proposed, tip, self.marks):
            return self.ended(Kind.PROPOSED, proposed, tip, pushes)
        _refuse_foreign(self.target, self.side, proposed, tip, self.marks)
        return None


def is_merged_stamp(repository: Repository, commit: str, marks: Marks) -> bool:
    """Tell whether a commit brought nothing but stamps to its branch: a merge, a squash or a rebase of one.

    A squash leaves the trailer out where the repository is configured so: what it changes must tell.

    :raises RemoteError: its parent is not here, and could not be fetched.
    """
    raw = repository.git.run("cat-file", "commit", commit).text
    parents = [
        line.split()[1] for line in raw.partition("\n\n")[0].splitlines() if line.startswith("parent ")
    ]
    if not parents:
        return False
    repository.require(parents[0])
    return changes_stamps_only(repository, parents[0], commit, marks)


def _merged_after(repository: Repository, head: str, tip: str, marks: Marks) -> str | None:
    later = repository.between(head, tip)
    return next((one for one in later if is_merged_stamp(repository, one, marks)), None)


def _is_on(repository: Repository, proposed: str, tip: str, marks: Marks) -> bool:
    """Whether the proposal is a stamp on this very tip."""
    return is_own(repository, proposed, marks) and repository.resolve(f"{proposed}^") == tip


def _refuse_foreign(target: Target, side: Target, proposed: str, tip: str, marks: Marks) -> None:
    """See to it that nothing but stamps goes when the proposal gives way to another one.

    :raises ForeignCommitError: it holds something else that the branch does not.
    """
    repository = target.repository
    fork = _fork(repository, proposed, tip)
    if not fork and repository.is_shallow:
        repository.deepen(target.branch)
        fork = _fork(repository, proposed, tip)
    if fork == proposed or (fork and changes_stamps_only(repository, fork, proposed, marks)):
        return
    raise ForeignCommitError(
        f"{side} ends with {proposed[:7]}, which holds more than a stamp: another proposal would lose it",
        f"move it to another branch and delete {STAMP_BRANCH}, or publish with --force",
    )


def _fork(repository: Repository, one: str, other: str) -> str:
    return repository.git.run("merge-base", one, other, check=False).text
