"""The commit that a host says it runs, held against the release's history."""

from __future__ import annotations

import contextlib

from freshboot.judge.evidence import Claim
from freshboot.judge.words import short
from freshboot.repository.errors import UnknownRevisionError
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
    for last in (False, True):
        with contextlib.suppress(UnknownRevisionError):
            return releases.repository.resolve(commit)
        if not last:
            releases.history_of(releases.expected.commit)
    return None


def _placed(commit: str, releases: Releases) -> tuple[Claim | None, str]:
    repository, release = releases.repository, releases.expected.commit
    if commit == release:
        return None, "the release"
    if repository.is_ancestor(release, commit):
        return None, "a later one than the release"
    if repository.is_ancestor(commit, release):
        behind = int(repository.git.run("rev-list", "--count", f"{commit}..{release}").text)
        return Claim(commit, behind), f"{behind} behind the release"
    branch = _elsewhere(commit, releases)
    return (
        (Claim(commit, branch=branch), f"which is on {branch}") if branch else (None, "which is on no branch")
    )


def _elsewhere(commit: str, releases: Releases) -> str:
    """Another branch of the remote that holds the commit; empty where that cannot be told."""
    repository = releases.repository
    if repository.remote_name is None or repository.is_shallow:
        return ""
    asked = ("--format=%(refname:lstrip=3)", f"--contains={commit}", f"refs/remotes/{repository.remote_name}")
    names = repository.git.run("for-each-ref", *asked).text.split()
    return next((one for one in names if one != "HEAD"), "") if releases.branch not in names else ""
