"""Faults to plant into the real code: a search that did not find each of them would be worth nothing.

Each takes the place of a small part of it, in the replicas' processes and in the one that runs the histories.
Those of the judge are in misjudgements.py: the replicas know nothing of it.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from freshboot import proof
from freshboot.app import disk, files, heal, loader, memory, results, scripts, staleness
from freshboot.app.state import state
from freshboot.proof import Kind, Layer, LayerAnswer

Patch = Callable[[Any, str, object], None]
Plant = Callable[[Patch], None]
FAULTS: dict[str, Plant] = {}


@contextlib.contextmanager
def planted(plant: Plant) -> Iterator[None]:
    """Plant a fault, for as long as this is open."""
    with contextlib.ExitStack() as patches:

        def patch(owner: Any, attribute: str, value: object) -> None:
            patches.callback(setattr, owner, attribute, vars(owner)[attribute])
            setattr(owner, attribute, value)

        plant(patch)
        yield


def named(plant: Plant) -> str:
    """A fault's name: its function's."""
    return plant.__name__.replace("_", "-")


def fault(plant: Plant) -> Plant:
    """A fault of the replicas' processes."""
    FAULTS[named(plant)] = plant
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


@fault
def any_code_is_taken_for_its_scripts(patch: Patch) -> None:
    patch(scripts, "_is_compiled_from", lambda code, data: True)


# the stat cache


@fault
def stat_cache_is_keyed_by_time_and_size_only(patch: Patch) -> None:
    def signature(status: os.stat_result) -> files.Signature:
        return 0, 0, 0, status.st_mtime_ns, status.st_size

    _everywhere(patch, "signature", files.signature, signature)


@fault
def stat_cache_trusts_what_has_just_changed(patch: Patch) -> None:
    patch(files.FileHashes, "settled_before", lambda self: sys.maxsize)


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
