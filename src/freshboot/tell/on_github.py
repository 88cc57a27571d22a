"""What a repository on GitHub is told of an outcome: the issue of an incident, a status, a deployment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from freshboot.github import deployments, incidents, statuses
from freshboot.github.client import GitHub
from freshboot.github.errors import GitHubError
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Verdict
from freshboot.judge.words import explain
from freshboot.tell.incident import CLOSING, OPENING, attempt_of, incident, key_of, resolution
from freshboot.tell.safe import line

_PATIENCE = 120.0  # seconds for all of it: the verdict stands, and a job has an end
_LONGEST_WARNING = 900

STATUS = {
    Verdict.PROVEN: "success",
    Verdict.SUPERSEDED: "success",
    Verdict.STALE: "failure",
    Verdict.CODE: "failure",
    Verdict.SEEN: "error",
    Verdict.UNPROVEN: "error",
}
"""A commit's status. ``error``: it is not known how the release ended; nothing is left pending for ever."""
DEPLOYMENT = {**STATUS, Verdict.SUPERSEDED: "inactive"}
"""A deployment's status. A superseded release is no longer what runs."""


@dataclass(frozen=True)
class _Telling:
    outcome: Outcome
    github: GitHub
    environment: str
    branch: str
    run_url: str
    app_url: str
    commits: str

    async def issue(self) -> None:
        """Open, update or close the incident; where nothing is known, nothing changes."""
        outcome, verdict = self.outcome, self.outcome.judgement.verdict
        if verdict in OPENING:
            told = incident(
                outcome,
                app_url=self.app_url,
                branch=self.branch,
                run_url=self.run_url,
                commits=self.commits,
            )
            await incidents.report(self.github, told)
        elif verdict in CLOSING:
            words = resolution(outcome, self.run_url)
            await incidents.resolve(self.github, self._key(), attempt_of(outcome), words)

    async def status(self) -> None:
        """Mark the release's commit."""
        commit = self.outcome.expected.commit
        await statuses.set_status(self.github, commit, self._state(STATUS), self._sentence(), self.run_url)

    async def deployment(self) -> None:
        """Say how the release's deployment ended."""
        commit = self.outcome.expected.commit
        key = f"{self._key()}:{commit}"
        release = deployments.Release(commit, self.environment, key, self.app_url, self.run_url)
        await deployments.finish(self.github, release, self._state(DEPLOYMENT), self._sentence())

    def _key(self) -> str:
        return key_of(self.app_url, self.branch, self.outcome.expected.entrypoint)

    def _state(self, states: dict[Verdict, str]) -> str:
        """What only shows is a success where nothing more was asked for."""
        judgement = self.outcome.judgement
        is_enough = judgement.verdict is Verdict.SEEN and judgement.exit_code == 0
        return "success" if is_enough else states[judgement.verdict]

    def _sentence(self) -> str:
        judgement = self.outcome.judgement
        words = f"{judgement.verdict.value}: {explain(judgement, self.outcome.expected)}"
        return line(words, statuses.LONGEST_DESCRIPTION)


async def tell_github(
    outcome: Outcome,
    github: GitHub,
    wishes: Collection[str],
    *,
    environment: str,
    run_url: str,
    app_url: str,
    branch: str = "",
    commits: str = "",
) -> list[str]:
    """Tell what is wished for out of ``issue``, ``status`` and ``deployment``.

    Each by itself: what fails keeps nothing else from being told, and is a line in what is returned, with
    what to do about it. ``commits`` is the address in front of a commit's id.
    """
    telling = _Telling(outcome, github, environment, branch, run_url, app_url, commits)
    ways = {"issue": telling.issue, "status": telling.status, "deployment": telling.deployment}
    warned = await asyncio.gather(*(_guarded(name, ways[name]) for name in ways if name in wishes))
    return [one for one in warned if one]


async def _guarded(name: str, tell: Callable[[], Awaitable[None]]) -> str:
    """What to warn of; empty where all was told."""
    try:
        await asyncio.wait_for(tell(), _PATIENCE)
    except GitHubError as error:
        reason = str(error)
    except asyncio.TimeoutError:
        reason = f"it took more than {_PATIENCE:g} s"
    except Exception as fault:  # noqa: BLE001  # the verdict stands, whatever is wrong with telling it
        reason = f"a fault of freshboot, {type(fault).__name__}: {fault}"
    else:
        return ""
    return line(f"GitHub was not told everything ({name}): {reason}", _LONGEST_WARNING)
