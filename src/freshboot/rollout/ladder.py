"""Remedies applied, smallest first, until a verdict is good or none is left that the evidence is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

from freshboot.config import Config
from freshboot.dependencies import winning
from freshboot.judge.outcome import Outcome
from freshboot.remedies import CannotRemedy, Remedy, Situation, for_causes
from freshboot.repository.repository import Repository
from freshboot.stamp.constant import Constant
from freshboot.stamp.entrypoint import find_entrypoint
from freshboot.stamp.kinds import choose_marks


def situation(repository: Repository, config: Config) -> Situation:
    """What remedies may look at, in the commit that is checked out.

    :raises FreshbootError: the entrypoint, or what a mark stands for, cannot be told.
    """
    read = cache(partial(repository.read, repository.head))
    entrypoint = find_entrypoint(read, config.entrypoint)
    marks = choose_marks(read, config.marks, config.entrypoint)
    constants = (one.path for one in marks if isinstance(one, Constant))
    return Situation(
        entrypoint=entrypoint,
        marks=config.marks,
        constant=next(constants, None),
        dependency_file=winning(lambda path: read(path) is not None, entrypoint),
    )


def climb(
    first: Outcome,
    allowed: tuple[str, ...],
    apply: Callable[[Remedy], Outcome],
    tell: Callable[[str], None],
) -> Outcome:
    """Apply what the evidence is for, none twice, until all is well; the last outcome.

    :param allowed: the names of the remedies that may be applied
    :param apply: applies one, and waits for a verdict; it may raise CannotRemedy
    """
    outcome, left = first, list(allowed)
    while outcome.judgement.exit_code and (fit := for_causes(_causes(outcome), left)):
        left.remove(fit[0].name)
        try:
            outcome = _after(outcome, apply(fit[0]))
        except CannotRemedy as error:
            tell(f"{fit[0].name} cannot help: {error.message}")
    return outcome


def _causes(outcome: Outcome) -> set[str]:
    return {one.value for one in outcome.judgement.causes}


def _after(before: Outcome, now: Outcome) -> Outcome:
    """The later outcome, with the events of both; its times count from its own beginning."""
    ended = before.timeline[-1][0] if before.timeline else 0.0
    later = tuple((ended + at, words) for at, words in now.timeline)
    return replace(now, timeline=(*before.timeline, *later))
