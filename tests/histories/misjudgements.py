"""Faults to plant into the real judge, and into what it knows of the repository: see faults.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from freshboot.judge import verdict
from freshboot.judge.evidence import FileState, Origin, Reading
from freshboot.rollout.expectation import Releases
from tests.histories.faults import Patch, Plant, named

MISJUDGEMENTS: dict[str, Plant] = {}


def misjudgement(plant: Plant) -> Plant:
    """A fault of the judge."""
    MISJUDGEMENTS[named(plant)] = plant
    return plant


@misjudgement
def unknown_counts_as_fresh(patch: Patch) -> None:
    _pass_over(patch, FileState.UNKNOWN)


@misjudgement
def missing_counts_as_fresh(patch: Patch) -> None:
    _pass_over(patch, FileState.MISSING)


@misjudgement
def stale_counts_as_fresh(patch: Patch) -> None:
    _pass_over(patch, FileState.STALE)


@misjudgement
def ghosts_count_as_fresh(patch: Patch) -> None:
    _pass_over(patch, FileState.GHOST)


@misjudgement
def kept_counts_as_fresh(patch: Patch) -> None:
    _pass_over(patch, FileState.KEPT)


def _pass_over(patch: Patch, state: FileState) -> None:
    def fresh(self: Reading) -> bool:
        rest = [one for one in self.findings if one.state is not state]
        return not rest and not self.barriers and not self.requirements

    patch(Reading, "fresh", property(fresh))


@misjudgement
def settle_window_is_ignored(patch: Patch) -> None:
    plain = verdict._unsettled
    patch(
        verdict,
        "_unsettled",
        lambda seen, live, policy, fresh_at: plain(seen, live, replace(policy, settle=0.0), fresh_at),
    )


@misjudgement
def stale_process_is_forgotten_at_once(patch: Patch) -> None:
    patch(verdict, "MISSES", 1)


@misjudgement
def only_the_last_answer_counts(patch: Patch) -> None:
    plain = verdict.live_processes
    patch(verdict, "live_processes", lambda seen: plain(seen)[-1:])
    patch(verdict, "_miscounted", lambda live, policy: ())


@misjudgement
def past_names_the_oldest_commit(patch: Patch) -> None:
    plain = Releases.past_of

    def past_of(self: Releases, commit: str) -> Mapping[tuple[str, str], Origin]:
        known = plain(self, commit)
        steps = self.history_of(commit)._steps
        oldest = {"commit": steps[-1].commit, "behind": len(steps) - 1}
        return {pair: replace(origin, **oldest) for pair, origin in known.items()}

    patch(Releases, "past_of", past_of)
