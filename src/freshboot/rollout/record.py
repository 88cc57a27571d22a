"""What the ledger is told of a rollout: each attempt as it begins and ends; and what it says of before."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from freshboot.config import Config
from freshboot.github.runs import run_url
from freshboot.judge.outcome import Outcome
from freshboot.ledger.attempt import Attempt, moment, new_id, written
from freshboot.ledger.circumstances import changed_between, source_of, trigger_of
from freshboot.ledger.journal import Journal, bounded
from freshboot.remedies import Action, Remedy
from freshboot.repository.commits import stamp_of
from freshboot.repository.git import GitError, redact
from freshboot.repository.repository import Repository
from freshboot.rollout.expectation import branch_of
from freshboot.rollout.publish import Request

PUSH, LOOK = "push the release", "look at the release"

Document = Callable[[Outcome], dict[str, Any]]


@dataclass
class Record:
    """The record of one run. ``document`` writes an outcome as the ledger keeps it (``confirm-v1``)."""

    repository: Repository
    config: Config
    request: Request
    journal: Journal
    document: Document
    _past: list[Attempt] = field(default_factory=list)
    _open: Attempt | None = None

    def begin(self, commit: str, branch: str, *, pushed: bool) -> None:
        """The release is on its way; where a run that was killed had begun with it, that one goes on.

        ``pushed``: by this run, just now.
        """
        source = source_of(self.repository, commit)
        self._past = self.journal.past(source) if not pushed or self.config.remedies else []
        killed = self._left_open(branch)
        if killed is not None and (not pushed or killed.commit == commit):
            self.journal.rollout, self.journal.number = killed.rollout, killed.number
            if (killed.remedy is None) == (killed.commit == commit):
                self._past.remove(killed)
                self._open = self._released(killed, commit)
                return
        self._open = self._begin_release(commit, source, branch, pushed=pushed)

    def begin_remedy(self, remedy: Remedy, action: Action, release: str, branch: str) -> None:
        """A remedy is about to be applied to a release."""
        source = source_of(self.repository, release)
        self._past = self._past or self.journal.past(source)
        self._open = self._begun(release, source, branch, does=action.does, remedy=remedy.name)

    def released(self, commit: str) -> None:
        """The open attempt's remedy has pushed this release in place of the one that it was applied to."""
        if self._open is not None:
            self._open = self._released(self._open, commit, self.journal.clock())

    def end(self, outcome: Outcome | None) -> None:
        """The open attempt ended, with an outcome or without one."""
        if self._open is not None:
            self.journal.end(self._open, None if outcome is None else self.document(outcome))
            self._past.append(replace(self._open, ended=written(self.journal.clock())))
            self._open = None

    def tried(self, release: str, branch: str) -> set[str]:
        """The remedies that were applied already for the work that this release is of.

        One that has neither pushed anything, nor come to an outcome, was not.
        """
        ours = [one for one in self._past if self._is_ours(one, branch)]
        return {one.remedy for one in ours if one.remedy and (_was_applied(one) or one.commit != release)}

    def pushes(self) -> list[float]:
        """When the work that is at hand was pushed, in seconds since 1970."""
        return [moment(one.pushed).timestamp() for one in self._past if one.pushed]

    def _left_open(self, branch: str) -> Attempt | None:
        """The attempt that was the last one here, if nothing says that it ended: its run was killed."""
        ours = [one for one in self._past if self._is_ours(one, branch)]
        return ours[-1] if ours and ours[-1].ended is None else None

    def _is_ours(self, attempt: Attempt, branch: str) -> bool:
        """Two apps of one repository share its ledger; what was done for one was not for the other."""
        return (attempt.branch, attempt.app) == (branch, address_of(self.config))

    def _begin_release(self, commit: str, source: str, branch: str, *, pushed: bool) -> Attempt:
        """The first attempt of a run. What nobody says to have pushed was pushed by a run that was killed."""
        told = any(one.pushed and one.commit == commit for one in self._past)
        if not pushed and (told or not stamp_of(self.repository, commit)):
            return self._begun(commit, source, branch, does=LOOK)
        at = self.journal.clock() if pushed else _made_at(self.repository, commit)
        changed = _changed(self.repository, f"{source}^", commit)
        return self._begun(commit, source, branch, does=PUSH, pushed=at, changed=changed)

    def _begun(self, commit: str, source: str, branch: str, **facts: Any) -> Attempt:
        environment = self.request.environment
        return self.journal.begin(
            commit=commit,
            source=source,
            stamp=stamp_of(self.repository, commit),
            branch=branch,
            app=self.config.url or "",
            trigger=trigger_of(environment),
            reason=self.request.reason or "",
            run_url=run_url(environment),
            **facts,
        )

    def _released(self, attempt: Attempt, commit: str, at: datetime | None = None) -> Attempt:
        """The attempt, which has pushed this release; without a time it was done when the commit was made."""
        if attempt.commit == commit:
            return attempt
        return replace(
            attempt,
            commit=commit,
            stamp=stamp_of(self.repository, commit),
            changed=_changed(self.repository, attempt.commit, commit),
            pushed=written(at or _made_at(self.repository, commit)),
        )


def entry(
    repository: Repository,
    config: Config,
    environment: Mapping[str, str],
    result: dict[str, Any],
    *,
    began: datetime,
    ended: datetime,
) -> Attempt:
    """The whole entry of a release that somebody else has pushed, and that was looked at."""
    commit = result["expected"]["commit"]
    source = source_of(repository, commit)
    stamp = stamp_of(repository, commit)
    return Attempt(
        id=new_id(),
        rollout=new_id(),
        number=1,
        commit=commit,
        source=source,
        stamp=stamp,
        branch=branch_of(repository, config),
        does=PUSH if stamp else LOOK,
        changed=_changed(repository, f"{source}^", commit),
        pushed=written(_made_at(repository, commit)) if stamp else None,
        began=written(began),
        ended=written(ended),
        trigger=trigger_of(environment),
        reason=redact(environment.get("FRESHBOOT_REASON", "")),
        run_url=run_url(environment),
        app=address_of(config),
        result=bounded(result),
    )


def address_of(config: Config) -> str:
    """The app's address, as the ledger keeps it."""
    return redact(config.url or "").rstrip("/")


def _was_applied(attempt: Attempt) -> bool:
    return attempt.pushed is not None or attempt.result is not None


def _made_at(repository: Repository, commit: str) -> datetime:
    return repository.commit(commit).committed_datetime


def _changed(repository: Repository, before: str, after: str) -> tuple[str, ...]:
    with contextlib.suppress(GitError):  # there is nothing before the first commit
        return changed_between(repository, before, after)
    return ()
