"""The deployment of a release, as GitHub shows it in the repository's environments."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from freshboot.github.client import GitHub
from freshboot.github.errors import Unreachable

_KEY = "freshboot"
_LONGEST_DESCRIPTION = 140

Item = dict[str, Any]


@dataclass(frozen=True)
class Release:
    """What is deployed where. ``key`` names the release of an app: of each there is one deployment."""

    commit: str
    environment: str
    key: str
    app_url: str = ""
    run_url: str = ""


async def begin(github: GitHub, release: Release) -> int:
    """Make the release's deployment, which is then in progress; or find it again. Its id.

    :raises GitHubError: it could not be made.
    """
    found = await _find(github, release)
    if found is not None:
        return _id(found)
    # Its defaults would merge branches, or wait for the very checks that may be waiting for us.
    asked = {
        "ref": release.commit,
        "environment": release.environment,
        "payload": {_KEY: release.key},
        "auto_merge": False,
        "required_contexts": [],
        "transient_environment": False,
        "description": "freshboot",
    }
    made = await github.once(lambda: github.post("deployments", asked), lambda: _find(github, release))
    await _set(github, _id(made), _status(release, "in_progress", ""))
    return _id(made)


async def finish(github: GitHub, release: Release, state: str, description: str) -> int:
    """Say how the release ended: ``success``, ``failure``, ``error`` or ``inactive``. The deployment's id.

    :raises GitHubError: it could not be said.
    """
    number = await begin(github, release)
    status = _status(release, state, description[:_LONGEST_DESCRIPTION])
    if await _has(github, number, status) is None:
        await _set(github, number, status)
    return number


async def _find(github: GitHub, release: Release) -> Item | None:
    listed = await github.pages("deployments", sha=release.commit, environment=release.environment)
    found = [one for one in listed if isinstance(one, dict) and _key(one) == release.key]
    return min(found, key=_id, default=None)


def _key(deployment: Item) -> object:
    """The payload is an object, or JSON in a string."""
    payload = deployment.get("payload")
    if isinstance(payload, str):
        try:
            payload = json.loads(payload)
        except (ValueError, RecursionError):
            return None
    return payload.get(_KEY) if isinstance(payload, dict) else None


def _status(release: Release, state: str, description: str) -> Item:
    told = {
        "state": state,
        "description": description,
        "environment_url": release.app_url,
        "log_url": release.run_url,
    }
    return {key: value for key, value in told.items() if value}


async def _set(github: GitHub, number: int, status: Item) -> None:
    path = f"deployments/{number}/statuses"
    await github.once(lambda: github.post(path, status), lambda: _has(github, number, status))


async def _has(github: GitHub, number: int, status: Item) -> Item | None:
    """The deployment's newest status, if it is this one."""
    listed = await github.get(f"deployments/{number}/statuses")
    newest = max((one for one in listed or () if isinstance(one, dict)), key=_id, default={})
    return newest if all(newest.get(key) == value for key, value in status.items()) else None


def _id(item: Item) -> int:
    number = item.get("id") if isinstance(item, dict) else None
    if not isinstance(number, int):
        raise Unreachable("GitHub's answer is no deployment")
    return number
