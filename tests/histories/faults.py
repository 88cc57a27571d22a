"""Faults to plant into the real code: a search that did not find each of them would be worth nothing.

Each takes the place of a small part of it, in the process that runs the histories and in all that it forks.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from unittest import mock

from freshboot import proof
from freshboot.app import disk, files, heal, loader, memory, results, staleness
from freshboot.app.state import state
from freshboot.judge import verdict
from freshboot.judge.evidence import FileState, Origin, Reading
from freshboot.proof import Kind, Layer, LayerAnswer
from freshboot.rollout.expectation import Releases

Patch = Callable[[object, str, object], None]
FAULTS: dict[str, Callable[[Patch], None]] = {}


@contextlib.contextmanager
def planted(name: str | None) -> Iterator[None]:
    """Plant one of the faults, or none."""
    with contextlib.ExitStack() as patches:

        def patch(owner: object, attribute: str, value: object) -> None:
            patches.enter_context(mock.patch.object(owner, attribute, value))

        if name is not None:
            FAULTS[name](patch)
        yield


def fault(plant: Callable[[Patch], None]) -> Callable[[Patch], None]:
    """A fault by its function's name."""
    FAULTS[plant.__name__.replace("_", "-")] = plant
    return plant


def _everywhere(patch: Patch, name: str, plain: object, value: object) -> None:
    """Put the value where any of freshboot's modules has imported the plain one under this name."""
    for path, module in list(sys.modules.items()):
        if path.startswith("freshboot.") and vars(module).get(name) is plain:
            patch(module, name, value)


# what the loader knows


@fault
def record_is_of_the_file_as_it_is_now(patch: Patch) -> None:
    def record(self: Any) -> Any:
        ran = vars(self).get("record")
        blob = state().files.blob(self.path) if ran else None
        return ran._replace(blob=blob) if blob else ran

    def remember(self: Any, value: object) -> None:
        vars(self)["record"] = value

    patch(loader.RecordingLoader, "record", property(record, remember))


@fault
def code_cache_is_keyed_by_the_path(patch: Patch) -> None:
    kept: dict[str, Any] = {}
    plain = loader.RecordingLoader._code

    def code(self: Any, data: bytes, cached: str | None) -> Any:
        if self.path not in kept:
            kept[self.path] = plain(self, data, cached)
        return kept[self.path]

    patch(loader.RecordingLoader, "_code", code)


@fault
def healing_drops_only_what_changed(patch: Patch) -> None:
    plain = heal.droppable
    patch(staleness, "_lost", lambda state, loss: None)
    patch(
        heal,
        "droppable",
        lambda found, keep: [one for one in plain(found, keep) if staleness.is_stale(state(), one)],
    )


@fault
def losses_are_forgotten(patch: Patch) -> None:
    patch(staleness, "_lost", lambda state, loss: None)


# the stat cache


@fault
def stat_cache_is_keyed_by_time_and_size_only(patch: Patch) -> None:
    def signature(status: os.stat_result) -> files.Signature:
        return 0, 0, 0, status.st_mtime_ns, status.st_size

    _everywhere(patch, "signature", files.signature, signature)


@fault
def stat_cache_trusts_what_has_just_changed(patch: Patch) -> None:
    plain = files.FileHashes._read_once

    def read_once(self: Any, path: str) -> Any:
        known = plain(self, path)
        return known and known._replace(settled=True)

    patch(files.FileHashes, "_read_once", read_once)


# the answer


@fault
def disk_tells_what_the_loader_recorded(patch: Patch) -> None:
    plain = disk.scan

    def scan(*arguments: Any) -> Any:
        found = plain(*arguments)
        for one in state().loaders:
            if one.record is not None and one.record.path in found.blobs:
                found.blobs[one.record.path] = one.record.blob
        return found

    patch(disk, "scan", scan)


@fault
def memory_leaves_out_what_is_unrecorded(patch: Patch) -> None:
    _leave_out(patch, Kind.UNRECORDED)


@fault
def memory_leaves_out_what_is_kept(patch: Patch) -> None:
    _leave_out(patch, Kind.KEPT)


def _leave_out(patch: Patch, kind: Kind) -> None:
    plain = memory.Memory.answer

    def answer(self: memory.Memory, nonce: str) -> LayerAnswer:
        return plain(self._replace(facts=frozenset(one for one in self.facts if one.kind is not kind)), nonce)

    patch(memory.Memory, "answer", answer)


@fault
def results_are_told_without_what_changed(patch: Patch) -> None:
    plain = results.told
    patch(results, "told", lambda *arguments: plain(*arguments)._replace(stale={}))


@fault
def tags_leave_out_the_content(patch: Patch) -> None:
    _tag(patch, lambda path, _content: (path, ""))


@fault
def tags_leave_out_the_path(patch: Patch) -> None:
    _tag(patch, lambda _path, content: ("", content))


def _tag(patch: Patch, other: Callable[[str, str], tuple[str, str]]) -> None:
    plain = proof.tagger

    def tagger(nonce: str, layer: Layer) -> Callable[[str, str], str]:
        tagged_as = plain(nonce, layer)
        return lambda path, content: tagged_as(*other(path, content))

    _everywhere(patch, "tagger", plain, tagger)


# the judge


@fault
def unknown_counts_as_fresh(patch: Patch) -> None:
    _pass_over(patch, FileState.UNKNOWN)


@fault
def missing_counts_as_fresh(patch: Patch) -> None:
    _pass_over(patch, FileState.MISSING)


@fault
def stale_counts_as_fresh(patch: Patch) -> None:
    _pass_over(patch, FileState.STALE)


@fault
def ghosts_count_as_fresh(patch: Patch) -> None:
    _pass_over(patch, FileState.GHOST)


@fault
def kept_counts_as_fresh(patch: Patch) -> None:
    _pass_over(patch, FileState.KEPT)


def _pass_over(patch: Patch, state: FileState) -> None:
    def fresh(self: Reading) -> bool:
        rest = [one for one in self.findings if one.state is not state]
        return not rest and not self.barriers and not self.requirements

    patch(Reading, "fresh", property(fresh))


@fault
def settle_window_is_ignored(patch: Patch) -> None:
    plain = verdict._unsettled
    patch(
        verdict,
        "_unsettled",
        lambda seen, live, policy, fresh_at: plain(seen, live, replace(policy, settle=0.0), fresh_at),
    )


@fault
def stale_process_is_forgotten_at_once(patch: Patch) -> None:
    patch(verdict, "MISSES", 1)


@fault
def only_the_last_answer_counts(patch: Patch) -> None:
    plain = verdict.live_processes
    patch(verdict, "live_processes", lambda seen: plain(seen)[-1:])
    patch(verdict, "_miscounted", lambda live, policy: ())


@fault
def past_names_the_oldest_commit(patch: Patch) -> None:
    plain = Releases.past

    def past(self: Releases) -> Mapping[tuple[str, str], Origin]:
        known = plain(self)
        steps = self.history()._steps
        oldest = {"commit": steps[-1].commit, "behind": len(steps) - 1}
        return {pair: replace(origin, **oldest) for pair, origin in known.items()}

    patch(Releases, "past", past)
