"""Writing the ledger while a rollout goes on. What goes wrong with it is one line, and changes no verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from freshboot.errors import FreshbootError
from freshboot.ledger.attempt import Attempt, new_id, written
from freshboot.ledger.fold import fold, story
from freshboot.repository.git import redact
from freshboot.repository.notes import Notes
from freshboot.repository.repository import Repository

_MOST = 200
"""Entries of one list."""


@dataclass
class Journal:
    """The ledger of one run.

    ``remote`` is where the notes are kept (None: the repository's own). ``say`` is told in one line, once,
    what could not be recorded and why. ``clock`` gives the time. Without ``keeps`` nothing is read or
    written. A run that goes on after a kill is given that one's ``rollout``, and as ``number`` its last
    attempt's.
    """

    repository: Repository
    remote: str | None
    say: Callable[[str], None]
    clock: Callable[[], datetime]
    keeps: bool = True
    rollout: str = field(default_factory=new_id)
    number: int = 0
    _told: set[str] = field(default_factory=set)

    def begin(
        self,
        *,
        commit: str,
        source: str,
        stamp: str,
        branch: str,
        app: str,
        remedy: str | None = None,
        does: str = "",
        changed: tuple[str, ...] = (),
        pushed: datetime | None = None,
        trigger: str = "local",
        reason: str = "",
        run_url: str = "",
    ) -> Attempt:
        """Record that an attempt has begun; see :class:`Attempt` for what is told of it."""
        self.number += 1
        attempt = Attempt(
            id=new_id(),
            rollout=self.rollout,
            number=self.number,
            commit=commit,
            source=source,
            stamp=stamp,
            branch=branch,
            remedy=remedy,
            does=redact(does),
            changed=changed,
            pushed=written(pushed) if pushed else None,
            began=written(self.clock()),
            trigger=trigger,
            reason=redact(reason),
            run_url=run_url,
            app=redact(app).rstrip("/"),
        )
        self._record(attempt)
        return attempt

    def end(self, attempt: Attempt, result: dict[str, Any] | None) -> None:
        """Record how an attempt ended: the outcome (``confirm-v1``), None where it ended without one."""
        kept = None if result is None else bounded(result)
        self._record(replace(attempt, ended=written(self.clock()), result=kept))

    def write(self, attempt: Attempt) -> None:
        """Record an attempt that another process has made."""
        self._record(attempt)

    def past(self, source: str) -> list[Attempt]:
        """What was done for a commit until now, in the order of time, by whichever runs, wherever."""
        if not self.keeps:
            return []
        with self._downgraded():
            self._notes.fetch()
        with self._downgraded():
            lines = [line for told in self._notes.read().values() for line in told]
            return list(story(fold(lines).attempts, source))
        return []

    @property
    def _notes(self) -> Notes:
        repository = self.repository if self.remote is None else replace(self.repository, remote=self.remote)
        return Notes(repository, self.clock)

    def _record(self, attempt: Attempt) -> None:
        if self.keeps:
            with self._downgraded():
                self._notes.record(attempt.commit, attempt.to_json())

    @contextmanager
    def _downgraded(self) -> Iterator[None]:
        try:
            yield
        except (FreshbootError, OSError) as error:
            words = f"the ledger is incomplete: {_words(error)}"
            if words not in self._told:
                self._told.add(words)
                self.say(words)


def bounded(result: dict[str, Any]) -> dict[str, Any]:
    """The outcome as the ledger keeps it: of long lists the beginning, and that they were longer."""
    long = {
        key: len(value) for key, value in result.items() if isinstance(value, list) and len(value) > _MOST
    }
    said = [f"the ledger has {_MOST} of {count} {key}" for key, count in long.items()]
    kept: dict[str, Any] = _cut(result)
    return {**kept, "limits": [*kept.get("limits", ()), *said]} if said else kept


def _cut(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _cut(one) for key, one in value.items()}
    return [_cut(one) for one in value[:_MOST]] if isinstance(value, (list, tuple)) else value


def _words(error: FreshbootError | OSError) -> str:
    return f"{error.message}; {error.remedy}" if isinstance(error, FreshbootError) else str(error)
