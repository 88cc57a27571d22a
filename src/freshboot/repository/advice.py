"""What to do about a refused push: the way to publish that would work, with the permission that it needs."""

from __future__ import annotations

import re

from freshboot.repository import errors
from freshboot.repository.ways import API, DEPLOY_BRANCH, PULL_REQUEST, SAME_BRANCH

_PERMISSIONS = {
    SAME_BRANCH: "contents: write",
    DEPLOY_BRANCH: "contents: write",
    API: "contents: write",
    PULL_REQUEST: "contents: write, pull-requests: write",
}
# What GitHub's rules are said in, and what they leave open; the first match counts. A rule that wants a
# review or a check wants it of a signed commit, too, so that it comes before the one that wants a signature.
_RULES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (
        re.compile(r"through a (pull|merge) request|approving review|status check|TF402455", re.I),
        (PULL_REQUEST, DEPLOY_BRANCH),
    ),
    (re.compile(r"signature|not signed|unsigned", re.I), (API, DEPLOY_BRANCH)),
    (re.compile(r"GH006|GH013|rule violations|protected ref", re.I), (PULL_REQUEST, API, DEPLOY_BRANCH)),
)
_OWN_BRANCH = {
    DEPLOY_BRANCH: "exempt the deploy branch from the rule, or name another one as deploy_branch",
    PULL_REQUEST: "exempt the branch freshboot/stamp from the rule: it is moved from tip to tip",
}
_WORKFLOWS = re.compile(r"create or update workflow", re.I)
_PLAIN = {
    errors.NotAuthenticatedError: "give git a token or a key: a credential helper,"
    " or the checkout's persisted credentials; freshboot never asks",
    errors.RemoteGoneError: "look at the remote's address (git remote -v) and at the network",
    errors.NoPermissionError: "give the token or key the right to push"
    " (in a workflow: permissions: contents: write)",
    errors.RejectedError: "read what the remote says, and push once by hand to see all of it",
}


def advice(kind: type[errors.RemoteError], messages: str, way: str = SAME_BRANCH) -> str:
    """The remedy for a refusal of this kind; ``way`` is the way to publish that was refused."""
    if _WORKFLOWS.search(messages):
        return _for_workflows(way)
    if kind is errors.ProtectedBranchError:
        return _past_the_rule(messages, way)
    return _PLAIN[kind]


def _past_the_rule(messages: str, way: str) -> str:
    open_ways = next((ways for rule, ways in _RULES if rule.search(messages)), (DEPLOY_BRANCH,))
    others = [_setting(one) for one in open_ways if one != way]
    exempt = _OWN_BRANCH.get(way, "let the pusher bypass the rule (an App or a deploy key can)")
    return ", or ".join([*others, exempt])


def _for_workflows(way: str) -> str:
    """A job's own token may never change workflows; what is on the remote already changes none."""
    better = "give the checkout the token of an App or a person that may write workflows"
    if way == DEPLOY_BRANCH:
        return f"{better}, or {_setting(SAME_BRANCH)}: then only the marks change"
    return f"push the commits that change workflows by hand first, or {better}"


def _setting(way: str) -> str:
    return f"set `publish: {way}` (it needs permissions: {_PERMISSIONS[way]})"
