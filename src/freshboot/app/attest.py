"""The answer to a challenge: every layer that this process can speak of, each in a guard of its own."""

from __future__ import annotations

import sys
from typing import NamedTuple

from freshboot.app import compiled, disk, packages, running, scripts
from freshboot.app.compiled import Compared
from freshboot.app.disk import DiskScan
from freshboot.app.memory import Memory
from freshboot.app.places import Places
from freshboot.app.results import Snapshot, Told
from freshboot.app.running import Run
from freshboot.app.state import State
from freshboot.app.versions import versions
from freshboot.proof import Attestation, Layer, LayerAnswer


class Look(NamedTuple):
    """What was found when the challenge came, before anything was healed; None where that failed.

    ``healed``: how many modules were dropped then.
    """

    files: Snapshot | None = None
    memory: Memory | None = None
    results: Told | None = None
    healed: int = 0


def attest(state: State, run: Run, nonce: str, look: Look, *, heals: bool) -> Attestation:
    """Put the answer together. A layer that cannot be told of is left out, and ``errors`` says why.

    :param heals: whether this app drops old modules, and deletes old cache files, by itself
    """
    layers = _layers(state, run, nonce, look, heals=heals)
    stamp = None
    with state.guard("stamp"):
        stamp = scripts.running_stamp(state, run)
    return Attestation(
        nonce=nonce,
        boot_id=state.boot_id,
        started=state.started,
        versions=versions(),
        stamp=stamp,
        object_format=state.tree.object_format,
        heals=heals,
        healed=look.healed,
        layers={layer.value: answer for layer, answer in layers.items()},
        errors=tuple(sorted(state.errors.values())),
    )


def _layers(state: State, run: Run, nonce: str, look: Look, *, heals: bool) -> dict[Layer, LayerAnswer]:
    layers: dict[Layer, LayerAnswer] = {}
    if look.memory is not None:
        layers[Layer.MEMORY] = look.memory.answer(nonce)
    if look.results is not None:
        layers[Layer.RESULTS] = look.results.answer(nonce)
    if look.files is not None and state.places is not None:
        layers[Layer.DISK] = disk.answer(look.files.scan, nonce)
        with state.guard("bytecode"):
            layers[Layer.BYTECODE] = _bytecode(state, state.places, look.files.scan, nonce, heals=heals)
    if state.places is not None:
        with state.guard("packages"):
            layers[Layer.PACKAGES] = _packages(state.places, run, nonce, look.memory)
    return layers


def _bytecode(state: State, places: Places, found: DiskScan, nonce: str, *, heals: bool) -> LayerAnswer:
    roots = {places.real_root, *([places.root] if sys.pycache_prefix else [])}
    compared: Compared = state.comparing.join(lambda: state.comparisons.compare(roots, found.blobs))
    with state.guard("bytecode-heal"):
        if heals:
            compiled.remove(compared)
    return compared.answer(nonce)


def _packages(places: Places, run: Run, nonce: str, seen: Memory | None) -> LayerAnswer:
    """The host looks beside the entrypoint as it is configured."""
    entrypoint = running.entrypoint_from(run, places.real_root)
    return packages.answer(places.real_root, entrypoint, nonce, seen.loaded_ns if seen else 0)
