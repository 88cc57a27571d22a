"""A stamp commit that GitHub makes: signed by it, where a push would be refused.

``createCommitOnBranch`` takes whole files and the commit that the branch is expected to hold, so that a lost
race is told and never overwritten. It gives a file that is there its mode back, and a new one the plain mode.
What it made is fetched and held against what was asked for.
"""

from __future__ import annotations

import asyncio
import base64
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from freshboot.errors import ConfigurationError
from freshboot.github.client import GitHub, from_environment, http_client
from freshboot.github.errors import GitHubError, NoPermission, Refused, Unreachable
from freshboot.repository import errors, refusals
from freshboot.repository.publishing import Carrier, Sending, is_like
from freshboot.repository.pushing import Target
from freshboot.repository.ways import API

_MUTATION = """
mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}
"""
_STALE = re.compile(r"expected branch to point to|pull and try again", re.I)
_LOOKS = 4
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def carrier(environment: Mapping[str, str], sleep: Callable[[float], None] = time.sleep) -> Carrier:
    """What has GitHub make a commit; ``environment`` is a workflow's, with a token in it."""

    def send(sending: Sending) -> str | None:
        sent = asyncio.run(_send(sending, environment))
        return None if sent is None else _checked(sending, sent, sleep)

    return Carrier(API, send, takes_unpushed=False)


def required(github: GitHub | None, way: str) -> GitHub:
    """GitHub, which a way to publish cannot do without.

    :raises ConfigurationError: the environment does not name it, or holds no token.
    """
    if github is None:
        raise ConfigurationError(
            f"publish: {way} needs GitHub's API, and the environment names none, or has no token",
            "run it in a workflow, with GITHUB_TOKEN: ${{ github.token }} under env:",
        )
    return github


@dataclass(frozen=True)
class _Made:
    """What GitHub says that it made, and where; ``oid`` is empty where it does not say."""

    oid: str
    repository: str


async def _send(sending: Sending, environment: Mapping[str, str]) -> _Made | None:
    """Ask for the commit; None where the branch holds another one, or nobody knows whether it was made."""
    async with http_client() as http:
        github = required(from_environment(http, environment), API)
        try:
            told = await github.graphql(_MUTATION, {"input": _input(sending, github.repository)})
        except Unreachable:
            return None
        except (Refused, NoPermission) as error:
            if _is_stale(error):
                return None
            if isinstance(error, NoPermission) and not _is_rule(error.message):
                raise
            raise refusals.refusal(
                f"GitHub does not commit to {sending.target.branch}", error.message, API
            ) from error
    return _Made(_oid(told), github.repository)


def _input(sending: Sending, repository: str) -> Mapping[str, Any]:
    headline, _, body = sending.change.message.partition("\n")
    files = sending.change.files.items()
    return {
        "branch": {"repositoryNameWithOwner": repository, "branchName": sending.target.branch},
        "message": {"headline": headline, "body": body.strip("\n")},
        "expectedHeadOid": sending.base,
        "fileChanges": {
            "additions": [
                {"path": path, "contents": base64.b64encode(data).decode("ascii")} for path, data in files
            ]
        },
    }


def _is_stale(error: GitHubError) -> bool:
    return (isinstance(error, Refused) and error.code == "STALE_DATA") or bool(_STALE.search(error.message))


def _is_rule(message: str) -> bool:
    return refusals.meaning(message) is errors.ProtectedBranchError


def _oid(told: Mapping[str, Any]) -> str:
    """The commit that the answer names; empty where it names none."""
    made = told.get("createCommitOnBranch")
    commit = made.get("commit") if isinstance(made, Mapping) else None
    oid = commit.get("oid") if isinstance(commit, Mapping) else None
    return oid if isinstance(oid, str) and _COMMIT.fullmatch(oid) else ""


def _checked(sending: Sending, made: _Made, sleep: Callable[[float], None]) -> str:
    """The commit that GitHub made, if it is on the remote's branch and is what was asked for.

    :raises RemoteError: it is not.
    """
    target, oid = sending.target, made.oid
    if not _is_there(target, oid, sleep):
        raise errors.AlteredCommitError(
            f"GitHub committed {oid[:7] or 'something'} to {made.repository}, and {target} does not hold it",
            f"see that the remote {target.remote} is {made.repository} on GitHub",
        )
    if not is_like(target.repository, oid, sending):
        raise errors.AlteredCommitError(
            f"GitHub's commit {oid[:7]} on {target} is not {sending.base[:7]} with the stamp alone",
            f"look at it (git show {oid[:7]}), revert it if it is wrong, and publish in another way",
        )
    return oid


def _is_there(target: Target, oid: str, sleep: Callable[[float], None]) -> bool:
    """Whether the remote's branch holds a commit; it may take a moment until git sees what the API did."""
    for _ in range(_LOOKS if oid else 0):
        tip = target.repository.fetch(target.branch)
        known = target.repository.git.run("cat-file", "-e", f"{oid}^{{commit}}", check=False).code == 0
        if known and target.repository.is_ancestor(oid, tip):
            return True
        sleep(1.0)
    return False
