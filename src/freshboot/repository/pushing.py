"""One push of one commit to one branch: it arrives, it is late, or the remote says why not."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from freshboot.repository import errors, refusals
from freshboot.repository.git import REMOTE_SECONDS, GitTimeoutError, complaint, printable, redact
from freshboot.repository.repository import Repository
from freshboot.repository.ways import SAME_BRANCH

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 10.0


@dataclass(frozen=True)
class Target:
    """Where to publish to."""

    repository: Repository
    remote: str
    branch: str

    def __str__(self) -> str:
        return f"{self.remote}/{self.branch}"


def target_of(repository: Repository, branch: str | None) -> Target:
    """The branch of this name on the remote; without one, that of the branch which is checked out.

    :raises NoBranchError: there is none, or another one is checked out.
    :raises NoRemoteError: there is no remote.
    """
    here = repository.branch
    if branch is None and here is None:
        raise errors.NoBranchError("HEAD is detached", "check out a branch, or name the one to publish to")
    if branch is not None and here not in (None, branch):
        raise errors.NoBranchError(f"HEAD is on {here}, not on {branch}", f"git switch {branch}")
    name = here or branch or ""
    if here is None:
        refuse_odd_name(repository, name)
    return Target(repository, repository.required_remote(), name)


def refuse_odd_name(repository: Repository, branch: str) -> None:
    """See to it that a branch can have this name.

    :raises NoBranchError: it cannot.
    """
    if repository.git.run("check-ref-format", f"refs/heads/{branch}", check=False).code != 0:
        raise errors.NoBranchError(
            f"{printable(branch)!r} is no name for a branch", "name one as git branch does"
        )


def push(target: Target, commit: str, way: str = SAME_BRANCH, instead_of: str | None = None) -> bool:
    """Push the commit; False where it was too late, or where nobody knows whether it arrived.

    The branch only moves forward, but where ``instead_of`` names what it must hold to be moved anywhere ("":
    it must not be there): that is for a branch which nobody but freshboot writes to. ``way`` is the way to
    publish that is followed, so that a refusal names another one.

    :raises RemoteError: the remote, or the repository's own hook, refused.
    """
    ref = f"refs/heads/{target.branch}"
    lease = () if instead_of is None else (f"--force-with-lease={ref}:{instead_of}",)
    options = ("--porcelain", "--no-follow-tags", "--no-recurse-submodules", *lease)
    try:
        pushed = target.repository.git.run(
            "push", *options, target.remote, f"{commit}:{ref}", check=False, timeout=REMOTE_SECONDS
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
        f"{target.remote} refused the push to {target.branch}", f"{pushed.err}\n{rejected}", way
    )


def tips(repository: Repository, *branches: str) -> Mapping[str, str]:
    """The commits that the remote's branches hold now, all of them fetched; of those that are there.

    :raises NoRemoteError: there is no remote.
    :raises RemoteError: the remote is out of reach.
    """
    remote = repository.required_remote()
    wanted = {f"refs/heads/{branch}": branch for branch in branches}
    try:
        listed = repository.git.run("ls-remote", remote, *wanted, check=False, timeout=REMOTE_SECONDS)
    except GitTimeoutError as error:
        raise errors.RemoteGoneError(f"{remote} did not answer: {error.message}", error.remedy) from error
    if listed.code != 0:
        raise refusals.refusal(f"{remote} does not tell its branches", listed.err)
    told = {ref: commit for commit, ref in (line.split("\t", 1) for line in listed.text.splitlines())}
    return {
        branch: told[ref] if repository.tip(branch) == told[ref] else repository.fetch(branch)
        for ref, branch in wanted.items()
        if ref in told
    }


def both(target: Target, side: Target) -> tuple[str, str | None]:
    """The commits that the remote holds now on a branch, and on one beside it if that is there.

    :raises RemoteError: the remote is out of reach, or has no such branch.
    """
    found = tips(target.repository, target.branch, side.branch)
    tip = found.get(target.branch) or target.repository.fetch(target.branch)  # which says what is wrong
    return tip, found.get(side.branch)


def pause(attempt: int, chance: float) -> float:
    """Seconds until the next attempt: twice as long each time, spread so that rivals do not meet again."""
    return float(min(_FIRST_PAUSE * 2 ** (attempt - 1), _LONGEST_PAUSE)) * (0.5 + chance)


def lost(target: Target, attempts: int) -> errors.LostRaceError:
    """The error for attempts that were all in vain."""
    return errors.LostRaceError(
        f"{attempts} pushes to {target.branch} in a row came too late or broke off",
        "run it again when fewer pushes come in",
    )


def refuse_diverged(target: Target, base: str, tip: str) -> None:
    """See to it that the remote branch, whose commit is ``tip``, holds ``base``.

    :raises DivergedError: it does not.
    """
    if target.repository.is_ancestor(base, tip):
        return
    if target.repository.is_ancestor(tip, base):
        raise errors.DivergedError(f"{target} does not hold {base[:7]} yet", "git push, then publish again")
    raise errors.DivergedError(
        f"{target} does not hold {base[:7]}: the branches have diverged",
        "git pull --rebase, then publish again",
    )


def _has_hook(repository: Repository) -> bool:
    hook = repository.git.run("rev-parse", "--git-path", "hooks/pre-push").text
    return os.access(os.path.join(repository.root, hook), os.X_OK)
