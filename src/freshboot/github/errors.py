"""What can be wrong with a question to GitHub's API; each with the way out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from freshboot.errors import FreshbootError

_LONGEST_WORDS = 300
_PAUSE = 60.0  # what GitHub asks for where it says no time
_PERMISSIONS = {
    "actions": "actions",
    "deployments": "deployments",
    "issues": "issues",
    "labels": "issues",
    "pulls": "pull-requests",
    "statuses": "statuses",
}
"""Permissions of a workflow's token by a word of the path; whatever else we ask for is contents."""


class GitHubError(FreshbootError):
    """GitHub did not do what it was asked to. ``status`` is HTTP's, None where there was no answer."""

    exit_code = 5

    def __init__(self, message: str, remedy: str, status: int | None = None) -> None:
        super().__init__(message, remedy)
        self.status = status


class NoPermission(GitHubError):
    """The token is not valid, or does not allow this."""


class NotFound(GitHubError):
    """There is no such thing, it is switched off, or the token may not know of it."""


class Refused(GitHubError):
    """GitHub understood, and will not: a conflict, or something invalid.

    ``code`` is GitHub's name for the reason where it gives one, such as ``STALE_DATA`` or ``already_exists``.
    """

    def __init__(self, message: str, remedy: str, status: int | None = None, code: str = "") -> None:
        super().__init__(message, remedy, status)
        self.code = code


class Limited(GitHubError):
    """Too much was asked for in too short a time; nothing was done.

    ``pause``: seconds until it may be asked for again.
    """

    def __init__(self, message: str, remedy: str, status: int | None, pause: float) -> None:
        super().__init__(message, remedy, status)
        self.pause = pause


class Unreachable(GitHubError):
    """No answer, or none that says what was done: a change may have happened, or may not."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message, "try again later; https://www.githubstatus.com tells of outages", status)


def error_of(
    asked: str, status: int, headers: Mapping[str, str], body: bytes, *, path: str, now: float
) -> GitHubError:
    """The error that an answer which is no success stands for.

    ``asked`` says what was asked for, ``path`` is below the repository's, ``now`` seconds since 1970.
    ``headers`` are looked up without regard to case.
    """
    told = _told(body)
    message = f"{asked}: {status} {words(told)}".rstrip()
    if _is_limit(status, headers, told):
        return _limited(message, status, headers, now)
    if status in (401, 403):
        return NoPermission(message, _remedy(status, path), status)
    if status in (404, 410):
        return NotFound(message, _remedy(status, path), status)
    if status >= 500:
        return Unreachable(message, status)
    return Refused(message, "", status, _code(told))


def error_of_graphql(errors: object) -> GitHubError:
    """The error that GraphQL's list of errors stands for; it comes with status 200."""
    first = next((one for one in errors if isinstance(one, dict)), {}) if isinstance(errors, list) else {}
    code = _printable(first.get("type"))
    message = f"GraphQL: {words(first)}".rstrip()
    match code:
        case "FORBIDDEN" | "INSUFFICIENT_SCOPES":
            return NoPermission(message, _remedy(403, "graphql"), 200)
        case "NOT_FOUND":
            return NotFound(message, _remedy(404, "graphql"), 200)
        case "RATE_LIMITED" | "RATE_LIMIT":
            return _limited(message, 200, {}, 0.0)
    return Refused(message, "", 200, code)


def words(told: Mapping[str, Any]) -> str:
    """GitHub's own words of an error in one bounded line. They may repeat what was asked for."""
    details = [
        _printable(one.get("message")) or " ".join(_printable(one.get(key)) for key in ("field", "code"))
        for one in _details(told)
    ]
    text = "; ".join(filter(None, [_printable(told.get("message")), *details]))
    return text if len(text) <= _LONGEST_WORDS else text[: _LONGEST_WORDS - 1] + "…"


def _limited(message: str, status: int, headers: Mapping[str, str], now: float) -> Limited:
    remedy = "wait, or let fewer workflows ask at the same time"
    return Limited(message, remedy, status, _pause(headers, now))


def _is_limit(status: int, headers: Mapping[str, str], told: Mapping[str, Any]) -> bool:
    """The two limits answer 429, or 403 as a missing permission does."""
    if status != 403:
        return status == 429
    spent = headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
    return spent or "rate limit" in _printable(told.get("message")).lower()


def _pause(headers: Mapping[str, str], now: float) -> float:
    if (after := _number(headers.get("retry-after"))) is not None:
        return after
    reset = _number(headers.get("x-ratelimit-reset"))
    is_spent = headers.get("x-ratelimit-remaining") == "0"
    return max(1.0, reset - now) if reset is not None and is_spent else _PAUSE


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 12 else None


def _remedy(status: int, path: str) -> str:
    parts = path.strip("/").split("/")
    permission = _PERMISSIONS.get(parts[-1 if parts[0] == "commits" else 0], "contents")
    line = f"`{permission}: write`"
    if status == 401:
        return f"pass a token that is valid and has {line}, such as the job's own GITHUB_TOKEN"
    if status == 410:
        return f"switch {permission} on in the repository's settings, or do not ask for it"
    hidden = "if it is there, " if status == 404 else ""
    return f"{hidden}add the line {line} under the job's `permissions:`, or give the token that permission"


def _told(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _details(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    errors = told.get("errors")
    every = errors if isinstance(errors, list) else []
    return [one if isinstance(one, dict) else {"message": one} for one in every]


def _code(told: Mapping[str, Any]) -> str:
    return next(filter(None, (_printable(one.get("code")) for one in _details(told))), "")


def _printable(value: object) -> str:
    """Text in one line; whatever is no text is none."""
    if not isinstance(value, str):
        return ""
    return " ".join("".join(one if one.isprintable() else " " for one in value[:1000]).split())
