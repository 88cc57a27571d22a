"""What the app's host and GitHub are asked. Every question is anonymous, or changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp

from freshboot.config import Config
from freshboot.doctor.answers import GitHubAnswer, HostAnswer
from freshboot.github.client import GitHub, from_environment, http_client
from freshboot.github.errors import NoPermission, NotFound
from freshboot.hosts.detect import detect
from freshboot.hosts.host import Host, State
from freshboot.live.challenge import Attested, ask
from freshboot.live.connection import Limits
from freshboot.live.http import http_client as careful_client
from freshboot.proof import new_nonce

_LIMITS = Limits(connect=5.0, run=15.0)
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


async def ask_host(config: Config, key: str | None) -> HostAnswer | None:
    """What the app's host says, and the app itself where it is awake; None where nobody answers.

    :param key: what both sides hold, if anything (``FRESHBOOT_KEY``)

    :raises FreshbootError: the address or the host that is configured is none.
    """
    async with careful_client() as http:
        host = await detect(http, config.url or "", config.host, config.service)
        condition = await host.condition()
        if condition.state is State.DOWN:
            return None
        agent = await _agent(http, host, key) if condition.state is State.AWAKE else None
        return HostAnswer(condition, await host.trouble(), await host.tracked(), agent, await host.private())


async def _agent(http: aiohttp.ClientSession, host: Host, key: str | None) -> str | None:
    """The version of freshboot that answers a challenge; the app's own code is not run by one."""
    reply = await ask(host.address, nonce=new_nonce(), http=http, limits=_LIMITS, key=key)
    return reply.attestation.versions.get("freshboot") if isinstance(reply, Attested) else None


async def ask_github(environment: Mapping[str, str], branch: str) -> GitHubAnswer | None:
    """What GitHub says of a branch; None where the environment names no repository and no token.

    :raises GitHubError: it does not answer, or the token is not valid.
    """
    async with http_client() as http:
        github = from_environment(http, environment)
        return None if github is None else await _branch(github, branch)


async def _branch(github: GitHub, branch: str) -> GitHubAnswer:
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
