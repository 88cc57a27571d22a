"""Publishing beside the branch: a deploy branch holds its files and the stamp, the branch is left alone.

The deploy branch only moves forward, also where the other one was forced back: each of its commits has the
one before as first parent, and the commit whose files it holds as last. It is made of git's objects alone;
neither work tree nor index nor a local branch is looked at or touched.
"""

from __future__ import annotations

import random as randomness
import time
from collections.abc import Callable

from freshboot.repository.commits import (
    BOT,
    Change,
    Identity,
    Marks,
    build,
    changes_stamps_only,
    stamp_parents,
)
from freshboot.repository.errors import ForeignCommitError
from freshboot.repository.git import printable
from freshboot.repository.loops import newest, refuse_loop
from freshboot.repository.publishing import Kind, Outcome, made
from freshboot.repository.pushing import (
    Target,
    both,
    lost,
    pause,
    push,
    refuse_diverged,
    refuse_odd_name,
    target_of,
)
from freshboot.repository.repository import Repository
from freshboot.repository.ways import DEPLOY_BRANCH

Make = Callable[[str, "str | None"], "Change | None"]
"""Stamps the bytes of a commit, knowing the deploy branch's commit before; None: nothing to stamp."""


def deploy(
    repository: Repository,
    make: Make,
    marks: Marks,
    *,
    to: str,
    branch: str | None = None,
    force: bool = False,
    identity: Identity = BOT,
    attempts: int = 10,
    sleep: Callable[[float], None] = time.sleep,
    random: Callable[[], float] = randomness.random,
) -> Outcome:
    """Publish HEAD's files and a stamp on the deploy branch ``to``; lost races are tried again.

    HEAD is on the remote's ``branch``, which may be left out where one is checked out. A stamp of HEAD, or of
    something later that the branch still holds, supersedes it. ``force`` publishes in spite of that, and of a
    person's commit on the deploy branch.

    :raises RepositoryError: no remote or no branch.
    :raises RemoteError: HEAD is not on the remote's branch, the remote refused, a person's commit would be
        undone, or every attempt lost the race.
    """
    target = target_of(repository, branch)
    refuse_odd_name(repository, to)
    live = Target(repository, target.remote, to)
    source = repository.head

    def ended(kind: Kind, commit: str, attempt: int) -> Outcome:
        return Outcome(kind, commit, source, live.remote, live.branch, attempt, way=DEPLOY_BRANCH)

    if target.branch == to:
        return ended(Kind.NOTHING, source, 0)  # this run was started by our own push
    if not force:
        refuse_loop(target, source, newest(target, source))
    tip, last = both(target, live)
    for attempt in range(1, attempts + 1):
        refuse_diverged(target, source, tip)
        if last is not None and not force:
            if _is_held(repository, source, tip, last, marks):
                return ended(Kind.SUPERSEDED, last, attempt - 1)
            _refuse_foreign(target, live, last, tip)
        commit = _commit(repository, source, last, make, marks, identity)
        if commit is None:
            return ended(Kind.NOTHING, source, attempt - 1)
        if push(live, commit, DEPLOY_BRANCH):
            return ended(Kind.PUBLISHED, commit, attempt)
        sleep(pause(attempt, random()))
        tip, last = both(target, live)
        if last is not None and repository.is_ancestor(commit, last):
            return ended(Kind.PUBLISHED, commit, attempt)
    raise lost(live, attempts)


def source_of(repository: Repository, commit: str, marks: Marks) -> str | None:
    """The commit whose files a commit of the deploy branch holds; None where freshboot did not make it.

    :raises RemoteError: that one is not here, and could not be fetched.
    """
    parents = stamp_parents(repository, commit)
    if not 1 <= len(parents) <= 2:
        return None
    repository.require(parents[-1])
    return parents[-1] if changes_stamps_only(repository, parents[-1], commit, marks) else None


def _commit(
    repository: Repository, source: str, live: str | None, make: Make, marks: Marks, identity: Identity
) -> str | None:
    change = made(lambda base: make(base, live), source, marks)
    if change is None:
        return None
    return build(repository, source, change, identity, [live, source] if live else [source])


def _is_held(repository: Repository, source: str, tip: str, live: str, marks: Marks) -> bool:
    """Whether the deploy branch holds the source, or something later that the branch still holds."""
    held = source_of(repository, live, marks)
    return held is not None and repository.is_ancestor(source, held) and repository.is_ancestor(held, tip)


def _refuse_foreign(target: Target, live: Target, commit: str, tip: str) -> None:
    """See to it that the deploy branch ends with a stamp, or with what the branch holds as well.

    :raises ForeignCommitError: it does not.
    """
    repository = target.repository
    if stamp_parents(repository, commit) or repository.is_ancestor(commit, tip):
        return
    if repository.is_shallow:
        repository.deepen(target.branch)
        if repository.is_ancestor(commit, tip):
            return
    raise ForeignCommitError(
        f"{live} ends with {commit[:7]}, which is no stamp and not on {printable(target.branch)}:"
        " publishing would undo it",
        f"bring it to {printable(target.branch)}, or publish with --force",
    )
