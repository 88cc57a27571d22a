"""Publishing a stamp: commit it and push, again on the new tip when somebody else was first.

Never a force, never another person's commit lost: a push is plain, so the remote itself sees to it that its
branch only grows. A pre-push hook of the repository runs, as it would for the user (git-lfs uploads in it).
The hooks of ``git commit`` do not, since nothing is committed from the work tree; the commit is not signed.
"""

from __future__ import annotations

import random as randomness
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from freshboot.repository.commits import BOT, TRAILER, Change, Identity, Marks, build, is_own
from freshboot.repository.loops import may_be_own, newest, refuse_loop
from freshboot.repository.pushing import Target, lost, pause, push, refuse_diverged, target_of
from freshboot.repository.repository import Repository
from freshboot.repository.ways import SAME_BRANCH
from freshboot.repository.worktree import Local, follow, follow_stamps, refuse_foreign_changes


class Kind(Enum):
    """How a publish ended."""

    PUBLISHED = "published"
    SUPERSEDED = "superseded"  # a stamp for a later push is already there
    NOTHING = "nothing"  # the commit is freshboot's own, or there is nothing to stamp
    PROPOSED = "proposed"  # a pull request waits for somebody to merge it


@dataclass(frozen=True)
class Outcome:
    """What a publish did: ``commit`` carries the stamp, whoever made it; ``base`` is what was to be stamped.

    ``branch`` is where the commit lies, or will lie once it is merged. ``attempts`` counts pushes; ``local``
    tells of the local branch, None where nothing was published to it. ``way`` is the way to publish;
    ``url`` is the pull request's, if there is one.
    """

    kind: Kind
    commit: str
    base: str
    remote: str
    branch: str
    attempts: int = 0
    local: Local | None = None
    way: str = SAME_BRANCH
    url: str | None = None


Make = Callable[[str], "Change | None"]
"""Stamps the bytes of a base commit anew; None where there is nothing to stamp."""


@dataclass(frozen=True)
class Sending:
    """One commit on its way: ``commit`` is made of ``change`` on ``base``, and lies in this repository."""

    target: Target
    base: str
    change: Change
    commit: str


@dataclass(frozen=True)
class Carrier:
    """What brings a commit onto the branch, and the name of that way to publish.

    ``send`` gives the commit that is on the branch then, which may be another one of the same files; None
    where it was too late, or where nobody knows whether it arrived. ``takes_unpushed``: commits before it
    that the remote has not got yet go along.
    """

    way: str
    send: Callable[[Sending], str | None]
    takes_unpushed: bool


def _by_git(sending: Sending) -> str | None:
    return sending.commit if push(sending.target, sending.commit) else None


GIT = Carrier(SAME_BRANCH, _by_git, takes_unpushed=True)


def publish(
    repository: Repository,
    make: Make,
    marks: Marks,
    *,
    branch: str | None = None,
    force: bool = False,
    identity: Identity = BOT,
    carrier: Carrier = GIT,
    attempts: int = 10,
    sleep: Callable[[float], None] = time.sleep,
    random: Callable[[], float] = randomness.random,
) -> Outcome:
    """Publish a stamp on HEAD, along with whatever of HEAD is not pushed yet; lost races are tried again.

    ``make`` is called for every base anew. ``branch`` may be left out where one is checked out. ``force``
    stamps anew what carries a stamp already; it never forces a push.

    :raises RepositoryError: no remote, no branch, or marks with changes other than a stamp.
    :raises RemoteError: the remote refused, its branch diverged, every attempt lost the race, or stamps
        follow one another without end.
    """
    target = target_of(repository, branch)
    start = base = repository.head

    def ended(kind: Kind, commit: str, attempt: int, local: Local | None = None) -> Outcome:
        return Outcome(kind, commit, base, target.remote, target.branch, attempt, local, carrier.way)

    if not force and _is_stamped(target, base, marks):
        return ended(Kind.NOTHING, base, 0)
    refuse_foreign_changes(repository, base, marks)
    for attempt in range(1, attempts + 1):
        sending = _sending(target, base, make, marks, identity)
        if sending is None:
            return ended(Kind.NOTHING, base, attempt - 1)
        arrived = carrier.send(sending)
        if arrived is None:
            sleep(pause(attempt, random()))
            tip = repository.fetch(target.branch)
            arrived = _arrived(sending, tip)
        if arrived is not None:
            local = _followed(sending, start, arrived, marks)
            return ended(Kind.PUBLISHED, arrived, attempt, local)
        if tip == base or (carrier.takes_unpushed and repository.is_ancestor(tip, base)):
            continue  # nobody moved the branch: a lock, or a connection that broke
        refuse_diverged(target, base, tip)
        later = None if force else stamp_after(repository, base, tip, marks)
        if later is not None:
            followed = follow_stamps(repository, target.branch, tip, marks)
            return ended(Kind.SUPERSEDED, later, attempt, followed)
        base = tip
    raise lost(target, attempts)


def made(make: Make, base: str, marks: Marks) -> Change | None:
    """What ``make`` gives for a base.

    :raises ValueError: it changes more than marks, and renames nothing.
    """
    change = make(base)
    if change is not None and not change.moved and not change.files.keys() <= marks.paths:
        raise ValueError("a stamp commit changes marks only: it would not be known again as freshboot's own")
    return change


def stamp_after(repository: Repository, base: str, tip: str, marks: Marks) -> str | None:
    """The newest stamp commit of the branch that was made on ``base`` or on something later."""
    candidates = repository.between(base, tip, saying=f"{TRAILER}:")
    return next(
        (one for one in candidates if is_own(repository, one, marks) and repository.is_ancestor(base, one)),
        None,
    )


def _is_stamped(target: Target, base: str, marks: Marks) -> bool:
    commits = newest(target, base)
    if may_be_own(commits[0]) and is_own(target.repository, base, marks):
        return True
    refuse_loop(target, base, commits)
    return False


def _sending(target: Target, base: str, make: Make, marks: Marks, identity: Identity) -> Sending | None:
    change = made(make, base, marks)
    commit = None if change is None else build(target.repository, base, change, identity)
    return None if change is None or commit is None else Sending(target, base, change, commit)


def _arrived(sending: Sending, tip: str) -> str | None:
    """The commit that is on the branch although nobody said so: the very one, or one that is like it."""
    repository = sending.target.repository
    if repository.is_ancestor(sending.commit, tip):
        return sending.commit
    trailer = sending.change.message.splitlines()[-1]
    candidates = repository.between(sending.base, tip, saying=trailer)
    return next((one for one in candidates if is_like(repository, one, sending)), None)


def _followed(sending: Sending, start: str, commit: str, marks: Marks) -> Local:
    """What becomes of the local branch, which was at ``start`` when the first push was tried."""
    repository, branch = sending.target.repository, sending.target.branch
    over_stamps = None if sending.base == start else follow_stamps(repository, branch, commit, marks)
    marks = marks.and_beside(sending.change.paths)
    return over_stamps or follow(repository, branch, sending.base, commit, marks)


def is_like(repository: Repository, commit: str, sending: Sending) -> bool:
    """Tell whether a commit has exactly the files and the parent of the one that was sent."""
    asked = (f"{commit}^@", f"{commit}^{{tree}}", sending.base, f"{sending.commit}^{{tree}}")
    ids = repository.git.run("rev-parse", *asked, check=False).text.split()
    return len(ids) == 4 and ids[:2] == ids[2:]
