"""Remedies applied, smallest first, until a verdict is good or none is left that the evidence is for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import cache, partial

from freshboot.config import Config
from freshboot.dependencies import winning
from freshboot.errors import FreshbootError
from freshboot.judge.evidence import FileState
from freshboot.judge.outcome import Applied, Outcome
from freshboot.judge.verdict import Verdict
from freshboot.proof import Layer
from freshboot.remedies import CannotRemedy, Remedy, Situation, for_causes
from freshboot.repository.repository import Repository
from freshboot.rollout.expectation import branch_of
from freshboot.stamp.constant import Constant
from freshboot.stamp.entrypoint import find_entrypoint
from freshboot.stamp.kinds import choose_marks


def situation(repository: Repository, config: Config, before: Outcome | None = None) -> Situation:
    """What remedies may look at: the commit that is checked out, and what was found before if it was asked.

    :raises FreshbootError: the entrypoint, or what a mark stands for, cannot be told.
    """
    read = cache(partial(repository.read, repository.head))
    entrypoint = find_entrypoint(read, config.entrypoint)
    marks = choose_marks(read, config.marks, config.entrypoint)
    constants = (one.path for one in marks if isinstance(one, Constant))
    known = Situation(
        entrypoint=entrypoint,
        marks=config.marks,
        constant=next(constants, None),
        dependency_file=winning(lambda path: read(path) is not None, entrypoint),
        release=repository.head,
        branch=branch_of(repository, config),
        remote=repository.required_remote(),
        read=read,
    )
    return known if before is None else _with_evidence(known, before)


def _with_evidence(known: Situation, before: Outcome) -> Situation:
    judgement = before.judgement
    stale = [one for one in judgement.findings if one.path and one.state is FileState.STALE]
    files = {one.path: None for one in stale if one.path and one.layer is Layer.DISK}
    modules = {one.path: None for one in stale if one.path and one.layer is Layer.MEMORY}
    return replace(
        known,
        causes=tuple(one.value for one in judgement.causes),
        files=tuple(files),
        modules=tuple(one for one in modules if one not in files),
        release=before.expected.commit,
    )


def climb(
    first: Outcome,
    allowed: Collection[str],
    apply: Callable[[Remedy, Outcome], Outcome],
    tell: Callable[[str], None],
    left: Callable[[], float],
) -> Outcome:
    """Apply what the evidence is for, none twice, until all is well; the last outcome.

    Nothing is applied where the code is wrong: no cache is to blame. Where a remedy fails, as by a push that
    is refused, it ends with what was found before.

    :param allowed: the names of the remedies that may be applied
    :param apply: applies one, given what was found before, and waits for a verdict; it may raise CannotRemedy
    :param left: seconds until the time for all remedies is over
    """
    outcome, names = first, list(allowed)
    while fit := fitting(outcome, names):
        chosen = fit[0]
        if left() <= 0:
            tell(f"there is no time left for {chosen.name}")
            break
        names.remove(chosen.name)
        try:
            outcome = after(outcome, apply(chosen, outcome))
        except CannotRemedy as error:
            tell(f"{chosen.name} cannot help: {error.message}")
            outcome = _in_vain(outcome, chosen, error)
        except FreshbootError as error:  # a push that is refused, say: what was found before stands
            tell(f"{chosen.name} failed: {error.message}; {error.remedy or 'see above'}")
            return _in_vain(outcome, chosen, error)
    return outcome


def _in_vain(outcome: Outcome, remedy: Remedy, error: FreshbootError) -> Outcome:
    return replace(outcome, applied=(*outcome.applied, Applied(remedy.name, error.message)))


def fitting(outcome: Outcome, allowed: Collection[str]) -> list[Remedy]:
    """The remedies that the evidence is for, smallest first; none where all is well, or the code is wrong."""
    judgement = outcome.judgement
    if judgement.exit_code == 0 or judgement.verdict is Verdict.CODE:
        return []
    return for_causes({one.value for one in judgement.causes}, allowed)


def after(before: Outcome, now: Outcome) -> Outcome:
    """The later outcome, with the events and the remedies of both; its times count from its own beginning."""
    ended = before.timeline[-1][0] if before.timeline else 0.0
    later = tuple((ended + at, words) for at, words in now.timeline)
    return replace(now, timeline=(*before.timeline, *later), applied=(*before.applied, *now.applied))
