"""A stamp as a pull request: one that is open is brought up to date, there never are two."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from freshboot.config import Config
from freshboot.github.client import GitHub, from_environment, http_client
from freshboot.github.errors import GitHubError, NoPermission, Refused
from freshboot.repository.commits import TRAILER, Marks
from freshboot.repository.git import printable
from freshboot.repository.loops import STAMP_BRANCH
from freshboot.repository.proposing import propose
from freshboot.repository.publishing import Kind, Make, Outcome
from freshboot.repository.repository import Repository
from freshboot.repository.ways import PULL_REQUEST
from freshboot.rollout.by_api import required

if TYPE_CHECKING:
    from freshboot.rollout.publish import Request

_LONGEST_WORD = 200


def publish_by_pull_request(
    repository: Repository, config: Config, request: Request, make: Make, marks: Marks
) -> Outcome:
    """Propose a stamp on the branch's tip, and see to it that one pull request is open for it.

    :raises FreshbootError: the remote, or GitHub, refuses; see ``repository.proposing.propose``.
    """
    _refuse_without_github(request.environment)
    outcome = propose(repository, make, marks, branch=config.branch, force=request.force)
    if outcome.kind is not Kind.PROPOSED:
        return outcome
    stamp = _word(repository.commit(outcome.commit).trailers_dict[TRAILER][0])
    text = {"title": f"Stamp {stamp}", "body": description(stamp, outcome.base, request.reason)}
    url = asyncio.run(_ask(request.environment, outcome.branch, text))
    return replace(outcome, url=url)


def description(stamp: str, base: str, reason: str | None) -> str:
    """The pull request's text. The trailer stands last: a squash may take the text for its message.

    The reason is free text: it stands in a code span, where nothing is a mention, a link or a command.
    """
    said = _word(reason or "")
    why = f"Reason: `{said}`\n\n" if said else ""
    return (
        f"{why}Stamps {base} with `{stamp}`, and changes nothing else. The run that the merge starts, be it a"
        f" merge, a squash or a rebase, confirms that it is live.\n\n{TRAILER}: {stamp}\n"
    )


def _word(text: str) -> str:
    return printable(text, _LONGEST_WORD).replace("`", "'")


def _refuse_without_github(environment: Mapping[str, str]) -> None:
    """Before anything is pushed: without GitHub there would be a branch, and nobody asked to merge it."""

    async def ask() -> None:
        async with http_client() as http:
            required(from_environment(http, environment), PULL_REQUEST)

    asyncio.run(ask())


async def _ask(environment: Mapping[str, str], base: str, text: Mapping[str, str]) -> str:
    async with http_client() as http:
        github = required(from_environment(http, environment), PULL_REQUEST)
        try:
            pull = await ensure(github, base, text)
        except NoPermission as error:
            if "create or approve pull requests" in error.message:
                raise _switched_off(error) from error
            raise
    return str(pull.get("html_url") or "")


async def ensure(github: GitHub, base: str, text: Mapping[str, str]) -> Mapping[str, Any]:
    """The one open pull request from STAMP_BRANCH, with this text; opened where there is none.

    Whoever opens one at the same time is told by GitHub that it is there: it is then brought up to date.

    :raises GitHubError: GitHub refuses.
    """
    wanted = {**text, "base": base}
    found = await _open_pull(github)
    if found is None:
        try:
            return await _opened(github, {**wanted, "head": STAMP_BRANCH})
        except Refused:
            found = await _open_pull(github)
            if found is None:
                raise
    if all(found.get(key) == text[key] for key in text) and found.get("base", {}).get("ref") == base:
        return found
    changed: Mapping[str, Any] = await github.patch(f"pulls/{found['number']}", wanted)
    return changed


async def _opened(github: GitHub, wanted: Mapping[str, str]) -> Mapping[str, Any]:
    async def do() -> Any:
        return await github.post("pulls", wanted)

    async def look() -> Any:
        return await _open_pull(github)

    made: Mapping[str, Any] = await github.once(do, look)
    return made


async def _open_pull(github: GitHub) -> Mapping[str, Any] | None:
    owner = github.repository.partition("/")[0]
    pulls = await github.pages("pulls", state="open", head=f"{owner}:{STAMP_BRANCH}")
    return next((one for one in pulls if isinstance(one, dict)), None)


def _switched_off(error: GitHubError) -> NoPermission:
    return NoPermission(
        error.message,
        "allow it under Settings, Actions, General, Workflow permissions, or pass an App's token as"
        " FRESHBOOT_TOKEN, which also lets the checks of the pull request run",
        error.status,
    )
