"""Whose event a workflow run was started by: strangers' events publish nothing.

A pull request's run holds the code of whoever opened it; with ``pull_request_target``, or after a comment, it
even holds the repository's secrets. So only the events that nobody but the repository's own people can cause
are taken, by name: what GitHub adds later is a stranger's until somebody has thought about it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from freshboot.repository.errors import RemoteError
from freshboot.repository.git import printable

EVENTS = ("push", "workflow_dispatch", "repository_dispatch", "schedule", "release", "workflow_run")
"""What may publish. A called workflow has its caller's event."""

_MOST_BYTES = 32 * 1024 * 1024  # GitHub's own limit of an event is 25 MB


class StrangersEventError(RemoteError):
    """The run was started by somebody who need not be allowed to publish."""


def refuse_strangers(environment: Mapping[str, str]) -> None:
    """See to it that a workflow's run was started by the repository's own people; all is well elsewhere.

    :raises StrangersEventError: it was not, or it cannot be told.
    """
    name = environment.get("GITHUB_EVENT_NAME", "")
    if not name:
        return
    event = _event(environment.get("GITHUB_EVENT_PATH", "")) if name == "workflow_run" else {}
    reason = strange(name, event, environment.get("GITHUB_REPOSITORY", ""))
    if reason:
        raise StrangersEventError(
            f"nothing is published for {reason}",
            "publish on push to the deployed branch (`on: push`), or by hand (`on: workflow_dispatch`)",
        )


def strange(name: str, event: Mapping[str, Any], repository: str) -> str | None:
    """What is strange about an event; None if nothing is.

    ``event`` is GitHub's description of it, ``repository`` the workflow's as ``OWNER/NAME``.
    """
    if name not in EVENTS:
        return f"the event {printable(name, 40)}"
    if name != "workflow_run":
        return None
    run = event.get("workflow_run")
    run = run if isinstance(run, Mapping) else {}
    head = run.get("head_repository")
    theirs = head.get("full_name") if isinstance(head, Mapping) else None
    if theirs != repository or not repository:
        return f"a run of another repository ({printable(str(theirs), 100)})"
    cause = str(run.get("event"))
    return None if cause in EVENTS else f"a run that {printable(cause, 40)} started"


def _event(path: str) -> Mapping[str, Any]:
    """What GitHub says of the event; nothing where it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            event = json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}
