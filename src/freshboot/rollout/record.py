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
        """The release is on its way; where a run that was killed had begun with it, that one goes on."""
        source = source_of(self.repository, commit)
        self._past = self.journal.past(source) if not pushed or self.config.remedies else []
        going_on = _going_on(self._past, commit)
        if going_on is not None:
            self.journal.rollout, self.journal.number = going_on.rollout, going_on.number
            self._open = replace(going_on, commit=commit, stamp=stamp_of(self.repository, commit))
            return
        self._open = self._begun(commit, source, branch, PUSH if pushed else LOOK)
        if pushed:
            self._open = self._with_push(self._open, f"{source}^")

    def begin_remedy(self, remedy: Remedy, action: Action, release: str, branch: str) -> None:
        """A remedy is about to be applied to a release."""
        source = source_of(self.repository, release)
        self._open = self._begun(release, source, branch, action.does, remedy.name)

    def released(self, commit: str) -> None:
        """The open attempt's remedy has pushed this release in place of the one that it was applied to."""
        if self._open is not None and self._open.commit != commit:
            before = self._open.commit
            made = replace(self._open, commit=commit, stamp=stamp_of(self.repository, commit))
            self._open = self._with_push(made, before)

    def end(self, outcome: Outcome | None) -> None:
        """The open attempt ended, with an outcome or without one."""
        if self._open is not None:
            self.journal.end(self._open, None if outcome is None else self.document(outcome))
            self._past.append(replace(self._open, ended=written(self.journal.clock())))
            self._open = None

    def tried(self, release: str) -> set[str]:
        """The remedies that were applied already for the work that this release is of.

        One that was begun for this very release and never ended was not, or not wholly.
        """
        return {one.remedy for one in self._past if one.remedy and (one.ended or one.commit != release)}

    def pushes(self) -> list[float]:
        """When the work that is at hand was pushed, in seconds since 1970."""
        return [moment(one.pushed).timestamp() for one in self._past if one.pushed]

    def _begun(self, commit: str, source: str, branch: str, does: str, remedy: str | None = None) -> Attempt:
        environment = self.request.environment
        return self.journal.begin(
            commit=commit,
            source=source,
            stamp=stamp_of(self.repository, commit),
            branch=branch,
            app=self.config.url or "",
            remedy=remedy,
            does=does,
            trigger=trigger_of(environment),
            reason=self.request.reason or "",
            run_url=run_url(environment),
        )

    def _with_push(self, attempt: Attempt, before: str) -> Attempt:
        changed: tuple[str, ...] = ()
        with contextlib.suppress(GitError):  # there is nothing before the first commit
            changed = changed_between(self.repository, before, attempt.commit)
        return replace(attempt, changed=changed, pushed=written(self.journal.clock()))


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
    changed: tuple[str, ...] = ()
    with contextlib.suppress(GitError):
        changed = changed_between(repository, f"{source}^", commit)
    return Attempt(
        id=new_id(),
        rollout=new_id(),
        number=1,
        commit=commit,
        source=source,
        stamp=stamp,
        branch=branch_of(repository, config),
        does=PUSH if stamp else LOOK,
        changed=changed,
        pushed=written(repository.commit(commit).committed_datetime) if stamp else None,
        began=written(began),
        ended=written(ended),
        trigger=trigger_of(environment),
        reason=redact(environment.get("FRESHBOOT_REASON", "")),
        run_url=run_url(environment),
        app=redact(config.url or "").rstrip("/"),
        result=bounded(result),
    )


def _going_on(past: list[Attempt], commit: str) -> Attempt | None:
    """The attempt that a killed run has left open, if this release is what came of it."""
    last = past[-1] if past else None
    if last is None or last.ended is not None:
        return None
    has_pushed = last.commit != commit
    return last if has_pushed or last.remedy is None else None
