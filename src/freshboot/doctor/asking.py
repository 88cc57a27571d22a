"""What the app's host and GitHub are asked. Every question is anonymous, or changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp

from freshboot.config import Config
from freshboot.doctor.answers import GitHubAnswer, HostAnswer
from freshboot.github.client import GitHub, from_environment
from freshboot.github.errors import NoPermission, NotFound
from freshboot.hosts.detect import detect
from freshboot.hosts.host import State

# What of a ruleset refuses a plain push.
_BARS = {
    "pull_request": "it takes pull requests only",
    "merge_queue": "it takes a merge queue's pushes only",
    "required_status_checks": "it takes commits only that checks have passed",
    "required_deployments": "it takes commits only that were deployed before",
    "required_signatures": "it takes signed commits only",
    "update": "it takes nobody's pushes",
    "workflows": "it takes commits only that a workflow has passed",
}


async def ask_host(http: aiohttp.ClientSession, config: Config) -> HostAnswer | None:
    """What the app's host says; None where nobody answers.

    :raises FreshbootError: the address or the host that is configured is none.
    """
    host = await detect(http, config.url or "", config.host, config.service)
    condition = await host.condition()
    if condition.state is State.DOWN:
        return None
    return HostAnswer(condition, await host.trouble(), await host.tracked())


async def ask_github(
    http: aiohttp.ClientSession, environment: Mapping[str, str], branch: str
) -> GitHubAnswer | None:
    """What GitHub says of a branch; None where the environment names no repository and no token.

    :raises GitHubError: it does not answer, or the token is not valid.
    """
    github = from_environment(http, environment)
    if github is None:
        return None
    rules = await _rules(github, branch)
    barred = next((words for kind, words in _BARS.items() if kind in rules), "")
    if barred:
        return GitHubAnswer(branch, barred, is_sure=True)
    return GitHubAnswer(branch, *await _protection(github, branch))


async def _rules(github: GitHub, branch: str) -> frozenset[str]:
    """The kinds of rules of rulesets that hold for it; none where this GitHub has no rulesets."""
    try:
        told = await github.get(f"rules/branches/{quote(branch, safe='')}")
    except (NotFound, NoPermission):
        return frozenset()
    found = told if isinstance(told, list) else []
    return frozenset(str(one.get("type")) for one in found if isinstance(one, dict))


async def _protection(github: GitHub, branch: str) -> tuple[str, bool]:
    try:
        told: Any = await github.get(f"branches/{quote(branch, safe='')}")
    except NotFound:
        return "", False
    if not isinstance(told, dict) or told.get("protected") is not True:
        return "", False
    checks = (told.get("protection") or {}).get("required_status_checks") or {}
    if checks.get("enforcement_level", "off") != "off":
        return _BARS["required_status_checks"], True
    return "whether it takes a plain push, GitHub does not tell this token", False
