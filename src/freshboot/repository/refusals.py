"""What a remote's words mean: the one table from messages of git and of hosting services to our errors.

The words are the remote's own and untrusted: they are shown on one bounded line without control characters.
"""

from __future__ import annotations

import re

from freshboot.repository import errors
from freshboot.repository.advice import advice
from freshboot.repository.git import complaint, printable
from freshboot.repository.ways import SAME_BRANCH

# Sources: GitHub's GH006 and GH013, GitLab's access checks, Bitbucket's branch restrictions, Gitea's
# and Azure DevOps's (TF402455) hooks; the rest is git's own wording (LC_ALL=C). The first match counts:
# protection before permission, since hosts add "Permission denied" and "unable to access" to both.
_MEANINGS: tuple[tuple[type[errors.RemoteError], re.Pattern[str]], ...] = (
    (
        errors.RejectedError,
        re.compile(r"GH001|Large files detected|exceeds .{0,60}(limit|size)|cannot contain secrets", re.I),
    ),
    (
        errors.ProtectedBranchError,
        re.compile(
            r"GH006|GH013|TF402455|protected branch|repository rule violations|denied to update branch"
            r"|cannot (update|create) this protected ref|must be made through a pull request"
            r"|must have (verified|valid) signatures"
            r"|not allowed to push(?! code to this project)|hook declined",
            re.I,
        ),
    ),
    (
        errors.NotAuthenticatedError,
        re.compile(
            r"could not read (Username|Password)|terminal prompts disabled|Authentication failed"
            r"|Invalid (username|credentials)|HTTP Basic: Access denied|returned error: 401|Bad credentials"
            r"|Password authentication (is not|was removed)|Host key verification failed",
            re.I,
        ),
    ),
    (
        errors.RemoteGoneError,
        re.compile(
            r"repository .{0,300}not found|does not appear to be a git repository|Could not resolve host"
            r"|Connection refused|Connection timed out|No route to host|Network is unreachable"
            r"|Failed to connect|Couldn't connect|returned error: 404|could not be found"
            r"|couldn't find remote ref"
            r"|SSL certificate|server certificate|SSL_connect|gnutls_handshake|TLS connect",
            re.I,
        ),
    ),
    (
        errors.NoPermissionError,
        re.compile(
            r"returned error: 403|denied to |Permission .{0,300}denied|publickey"
            r"|Write access .{0,40}not granted|refusing to allow .{0,80} to create or update workflow"
            r"|not allowed to push|marked as read.only|insufficient permission|service not enabled",
            re.I,
        ),
    ),
)
# Which of a host's rules was broken: GitHub says it on lines of its own.
_RULE = re.compile(r"must be made through|signatures?\b|approving review|status check|workflow `", re.I)
_MOST_RULES = 3
# The other side moved between our look and our push, or somebody else holds the lock just now.
_LOST = re.compile(
    r"non-fast-forward|fetch first|cannot lock ref|failed to (lock|update ref)|unable to lock"
    r"|reference already exists"
    r"|incorrect old value|remote ref updated|is at \w+ but expected|stale info",
    re.I,
)
# Nobody knows whether the push arrived: the next look at the branch tells.
_CUT_OFF = re.compile(
    r"hung up unexpectedly|early EOF|unexpected disconnect|RPC failed|Connection (reset|closed)|Broken pipe"
    r"|returned error: (429|5\d\d)|timed out",
    re.I,
)
# What the remote's git adds by itself says nothing of the hook's reason.
_REMOTE_LINE = re.compile(r"remote:(?! *error: hook declined to update) *(.*)")


def is_lost_race(reasons: str) -> bool:
    """Tell whether a push's reasons (``--porcelain``) only mean that another one came first."""
    return _LOST.search(reasons) is not None


def is_cut_off(messages: str) -> bool:
    """Tell whether the connection broke so that the push may or may not have arrived."""
    return meaning(messages) is errors.RejectedError and _CUT_OFF.search(messages) is not None


def meaning(messages: str) -> type[errors.RemoteError]:
    """The kind of refusal that the messages stand for."""
    return next((kind for kind, words in _MEANINGS if words.search(messages)), errors.RejectedError)


def refusal(action: str, messages: str, way: str = SAME_BRANCH) -> errors.RemoteError:
    """The error for what went wrong with a remote; ``action`` begins its line, ``way`` is ours."""
    kind = meaning(messages)
    return kind(f"{action}: {_said(kind, messages) or 'it gave no reason'}", advice(kind, messages, way))


def _said(kind: type[errors.RemoteError], messages: str) -> str:
    """The line that says most: the remote's own that was understood, else its first, else git's.

    What the rule is that was broken is added.
    """
    words = dict(_MEANINGS).get(kind, _RULE)
    remote = [said for line in messages.splitlines() if (said := _by_remote(line))]
    lines = [line for line in map(printable, messages.splitlines()) if words.search(line)]
    telling = [line for line in remote if words.search(line)]
    first = (telling or remote or lines or [complaint(messages)])[0]
    rules = [line for line in remote if _RULE.search(line) and line != first][:_MOST_RULES]
    return printable(" ".join([first, *rules]))


def _by_remote(line: str) -> str:
    match = _REMOTE_LINE.match(line)
    return printable(match[1]).removeprefix("error: ").removeprefix("- ") if match else ""
