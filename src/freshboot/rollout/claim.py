"""The commit that a host says it runs, held against the release's history."""

from __future__ import annotations

from freshboot.judge.evidence import Claim
from freshboot.judge.words import short
from freshboot.repository.repository import Repository
from freshboot.rollout.expectation import Releases


def claim_of(commit: str, releases: Releases) -> tuple[Claim | None, str]:
    """What the host's word comes to, and words for it; no claim where it is no other commit, or not known.

    An app may be deployed from a copy of the repository, whose commits say nothing of this one's.

    :param commit: in hexadecimal, possibly shortened; empty where the host told none
    """
    if not commit:
        return None, ""
    found = _find(commit, releases)
    claim, where = _placed(found, releases) if found else (None, "which this repository does not hold")
    return claim, f"the host says that it runs commit {short(commit)}, {where}"


def _find(commit: str, releases: Releases) -> str | None:
    """The whole id, where the repository holds the commit; what a shallow clone lacks is fetched first."""
    found = releases.repository.commit_called(commit)
    if found is None:
        releases.history_of(releases.expected.commit)
        found = releases.repository.commit_called(commit)
    return found


def _placed(commit: str, releases: Releases) -> tuple[Claim | None, str]:
    repository, release = releases.repository, releases.expected.commit
    if commit == release:
        return None, "the release"
    if repository.is_ancestor(release, commit):
        return None, "a later one than the release"
    if repository.is_ancestor(commit, release):
        behind = int(repository.git.run("rev-list", "--count", f"{commit}..{release}").text)
        return Claim(commit, behind), f"{behind} behind the release"
    return _beside(commit, releases)


def _beside(commit: str, releases: Releases) -> tuple[Claim | None, str]:
    """A commit that the release's history does not hold."""
    holding = _branches(releases.repository, f"--contains={commit}")
    if releases.branch in holding:
        return None, f"which {releases.branch} has taken in since"
    if not holding:
        return None, "which is on no branch that is known here"
    tips = _branches(releases.repository, f"--points-at={commit}")
    if tips and _never_was_there(commit, releases):
        return Claim(commit, branch=tips[0]), f"which is on {tips[0]}"
    return None, f"which {releases.branch} does not hold, and {holding[0]} does"


def _branches(repository: Repository, which: str) -> list[str]:
    """The remote's branches, as last seen, of which git says so; none where a shallow clone cannot tell."""
    if repository.remote_name is None or repository.is_shallow:
        return []
    remote = f"refs/remotes/{repository.remote_name}/"
    told = repository.git.run("for-each-ref", "--format=%(refname)", which, remote).text.split("\n")
    return [one.removeprefix(remote) for one in told if one and one != f"{remote}HEAD"]


def _never_was_there(commit: str, releases: Releases) -> bool:
    """Whether git has seen the release's branch from before it parted from this commit, and never at it.

    A branch may have been forced from a commit to the release. Then the host is late, and deploys no other
    branch: also where that commit has a branch of its own by now.
    """
    git, seen = releases.repository.git, releases.repository.seen(releases.branch)
    before = git.run("rev-list", commit).text.split()
    if set(seen).isdisjoint(before):
        return False  # it was not looked at then
    beyond = git.run("rev-list", "--max-count=1", commit, "--not", *seen).text
    return bool(beyond) and not _was_rewritten(commit, releases)


def _was_rewritten(commit: str, releases: Releases) -> bool:
    """Whether the release may hold it in another form: an amend or a rebase keeps author and time."""
    release = releases.expected.commit
    apart = ((commit, f"^{release}"), (release, f"^{commit}"))
    one, other = (
        releases.repository.git.run("log", "--no-show-signature", "--format=%ae %at", *pair).text
        for pair in apart
    )
    return not set(one.split("\n")).isdisjoint(other.split("\n"))
