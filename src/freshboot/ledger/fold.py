"""Lines of the ledger as attempts, as rollouts, and as stories."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from freshboot.ledger.attempt import Attempt, moment

Key = TypeVar("Key")


class Folded(NamedTuple):
    """What lines of the ledger say: attempts in the order of time, and how many lines could not be read."""

    attempts: tuple[Attempt, ...]
    unreadable: int


@dataclass(frozen=True)
class Rollout:
    """The attempts of one run, in the order of time; there is at least one."""

    id: str
    attempts: tuple[Attempt, ...]

    @property
    def verdict(self) -> str | None:
        """How the run ended; None where its last attempt never did, or without a verdict."""
        return self.attempts[-1].verdict

    @property
    def cause(self) -> str | None:
        """Why that verdict is what it is."""
        return self.attempts[-1].cause


class Story(NamedTuple):
    """What a piece of work is told apart by: the commit that was stamped, the branch, and the app."""

    source: str
    branch: str
    app: str


def fold(lines: Iterable[str]) -> Folded:
    """Read lines in any order; of the two lines of an attempt the one that tells its end counts."""
    latest: dict[str, Attempt] = {}
    unreadable = 0
    for line in filter(str.strip, lines):
        one = Attempt.from_json(line)
        if one is None:
            unreadable += 1
        elif one.id not in latest or _told(one) > _told(latest[one.id]):
            latest[one.id] = one
    return Folded(in_order(latest.values()), unreadable)


def in_order(attempts: Iterable[Attempt]) -> tuple[Attempt, ...]:
    """Attempts as they began; those of one second by their number."""
    return tuple(sorted(attempts, key=lambda one: (moment(one.began), one.number, one.id)))


def rollouts(attempts: Iterable[Attempt]) -> tuple[Rollout, ...]:
    """The runs, in the order in which they began."""
    return tuple(Rollout(run, told) for run, told in _grouped(attempts, lambda one: one.rollout).items())


def stories(attempts: Iterable[Attempt]) -> Mapping[Story, tuple[Attempt, ...]]:
    """All that was done for each piece of work, by whichever runs, in the order of time."""
    return _grouped(attempts, lambda one: Story(one.source, one.branch, one.app))


def story(attempts: Iterable[Attempt], source: str) -> tuple[Attempt, ...]:
    """All attempts for one commit: its own release, and the releases that remedies made of it."""
    return in_order(one for one in attempts if one.source == source)


def _told(attempt: Attempt) -> tuple[bool, bool, str, str]:
    """What is greater for the line that tells more, whichever is read first."""
    return attempt.result is not None, attempt.ended is not None, attempt.ended or "", attempt.to_json()


def _grouped(attempts: Iterable[Attempt], key: Callable[[Attempt], Key]) -> dict[Key, tuple[Attempt, ...]]:
    groups: dict[Key, list[Attempt]] = {}
    for one in in_order(attempts):
        groups.setdefault(key(one), []).append(one)
    return {name: tuple(told) for name, told in groups.items()}
