"""Publishing a stamp: commit it and push, again on the new tip when somebody else was first.

Never a force, never another person's commit lost: a push is plain, so the remote itself sees to it that its
branch only grows. A pre-push hook of the repository runs, as it would for the user (git-lfs uploads in it).
The hooks of ``git commit`` do not, since nothing is committed from the work tree; the commit is not signed.
"""

from __future__ import annotations

import os
import random as randomness
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from freshboot.repository import errors, refusals
from freshboot.repository.commits import BOT, TRAILER, Change, Identity, Marks, build, is_own
from freshboot.repository.git import REMOTE_SECONDS, GitTimeoutError, complaint, printable, redact
from freshboot.repository.repository import Repository
from freshboot.repository.worktree import Local, follow, refuse_foreign_changes

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 10.0


class Kind(Enum):
    """How a publish ended."""

    PUBLISHED = "published"
    SUPERSEDED = "superseded"  # a stamp for a later push is already there
    NOTHING = "nothing"  # the commit is freshboot's own, or there is nothing to stamp


@dataclass(frozen=True)
class Outcome:
    """What a publish did: ``commit`` carries the stamp, whoever made it; ``base`` is what was to be stamped.

    ``attempts`` counts pushes; ``local`` tells of the local branch, None where nothing was published.
    """

    kind: Kind
    commit: str
    base: str
    remote: str
    branch: str
    attempts: int = 0
    local: Local | None = None


Make = Callable[[str], "Change | None"]
"""Stamps the bytes of a base commit anew; None where there is nothing to stamp."""


@dataclass(frozen=True)
class Target:
    """Where to publish to."""

    repository: Repository
    remote: str
    branch: str


def publish(
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
    """Publish a stamp on HEAD, along with whatever of HEAD is not pushed yet; lost races are tried again.

    ``make`` is called for every base anew. ``branch`` may be left out where one is checked out. ``force``
    stamps anew what carries a stamp already; it never forces a push.

    :raises RepositoryError: no remote, no branch, or marks with changes other than a stamp.
    :raises RemoteError: the remote refused, its branch diverged, or every attempt lost the race.
    """
    target = _target(repository, branch)
    base = repository.head
    if not force and is_own(repository, base, marks):
        return Outcome(Kind.NOTHING, base, base, target.remote, target.branch)
    refuse_foreign_changes(repository, base, marks)
    for attempt in range(1, attempts + 1):
        commit = _commit(repository, base, make, marks, identity)
        if commit is None:
            return Outcome(Kind.NOTHING, base, base, target.remote, target.branch, attempt - 1)
        arrived = _push(target, commit)
        if not arrived:
            sleep(_pause(attempt, random()))
            tip = repository.fetch(target.branch)
            arrived = repository.is_ancestor(commit, tip)
        if arrived:
            local = follow(repository, target.branch, base, commit, marks)
            return Outcome(Kind.PUBLISHED, commit, base, target.remote, target.branch, attempt, local)
        if repository.is_ancestor(tip, base):
            continue  # nobody moved the branch: a lock, or a connection that broke
        _refuse_diverged(target, base, tip)
        later = None if force else _stamp_after(repository, base, tip, marks)
        if later is not None:
            return Outcome(Kind.SUPERSEDED, later, base, target.remote, target.branch, attempt)
        base = tip
    raise errors.LostRaceError(
        f"{attempts} pushes to {target.branch} in a row came too late or broke off",
        "run it again when fewer pushes come in",
    )


def _target(repository: Repository, branch: str | None) -> Target:
    here = repository.branch
    if branch is None and here is None:
        raise errors.NoBranchError("HEAD is detached", "check out a branch, or name the one to publish to")
    if branch is not None and here not in (None, branch):
        raise errors.NoBranchError(f"HEAD is on {here}, not on {branch}", f"git switch {branch}")
    name = here or branch or ""
    if here is None and repository.git.run("check-ref-format", f"refs/heads/{name}", check=False).code != 0:
        raise errors.NoBranchError(
            f"{printable(name)!r} is no name for a branch", "name one as git branch does"
        )
    return Target(repository, repository.required_remote(), name)


def _commit(repository: Repository, base: str, make: Make, marks: Marks, identity: Identity) -> str | None:
    change = make(base)
    if change is None:
        return None
    if not change.files.keys() <= marks.paths:
        raise ValueError("a stamp commit changes marks only: it would not be known again as freshboot's own")
    return build(repository, base, change, identity)


def _push(target: Target, commit: str) -> bool:
    """Push the commit; False where it was too late, or where nobody knows whether it arrived.

    :raises RemoteError: the remote, or the repository's own hook, refused.
    """
    options = ("--porcelain", "--no-follow-tags", "--no-recurse-submodules")
    refspec = f"{commit}:refs/heads/{target.branch}"
    try:
        pushed = target.repository.git.run(
            "push", *options, target.remote, refspec, check=False, timeout=REMOTE_SECONDS
        )
    except GitTimeoutError:
        return False
    rejected = "\n".join(line for line in redact(pushed.text).splitlines() if line.startswith("!"))
    if pushed.code == 0:
        return True
    if refusals.is_lost_race(rejected) or (not rejected and refusals.is_cut_off(pushed.err)):
        return False
    if not rejected and "fatal:" not in pushed.err and _has_hook(target.repository):
        said = complaint(pushed.err.partition("error: failed to push")[0])
        raise errors.HookRefusedError(
            f"this repository's pre-push hook refused: {said or 'it gave no reason'}",
            "see to what the hook asks for",
        )
    raise refusals.refusal(
        f"{target.remote} refused the push to {target.branch}", f"{pushed.err}\n{rejected}"
    )


def _has_hook(repository: Repository) -> bool:
    hook = repository.git.run("rev-parse", "--git-path", "hooks/pre-push").text
    return os.access(os.path.join(repository.root, hook), os.X_OK)


def _pause(attempt: int, chance: float) -> float:
    """Seconds until the next attempt: twice as long each time, spread so that rivals do not meet again."""
    return float(min(_FIRST_PAUSE * 2 ** (attempt - 1), _LONGEST_PAUSE)) * (0.5 + chance)


def _refuse_diverged(target: Target, base: str, tip: str) -> None:
    if not target.repository.is_ancestor(base, tip):
        raise errors.DivergedError(
            f"{target.remote}/{target.branch} does not hold {base[:7]}: the branches have diverged",
            "git pull --rebase, then publish again",
        )


def _stamp_after(repository: Repository, base: str, tip: str, marks: Marks) -> str | None:
    """The newest stamp commit of the branch that was made on ``base`` or on something later."""
    candidates = repository.between(base, tip, saying=f"{TRAILER}:")
    return next(
        (one for one in candidates if is_own(repository, one, marks) and repository.is_ancestor(base, one)),
        None,
    )
