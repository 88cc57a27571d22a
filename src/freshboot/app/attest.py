"""The answer to a challenge: every layer that this process can speak of, each in a guard of its own."""

from __future__ import annotations

from freshboot.app import disk, scripts
from freshboot.app.memory import Memory
from freshboot.app.running import Run
from freshboot.app.state import State
from freshboot.app.versions import versions
from freshboot.proof import Attestation, Layer, LayerAnswer


def attest(
    state: State, run: Run, nonce: str, memory: Memory | None, *, heals: bool, healed: int
) -> Attestation:
    """Put the answer together. A layer that cannot be told of is left out, and ``errors`` says why.

    :param memory: what was loaded before this run healed anything; None if that could not be found out
    :param heals: whether this app drops old modules by itself
    :param healed: how many it dropped just now
    """
    layers = _layers(state, nonce, memory)
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
        healed=healed,
        layers={layer.value: answer for layer, answer in layers.items()},
        errors=tuple(sorted(state.errors.values())),
    )


def _layers(state: State, nonce: str, memory: Memory | None) -> dict[Layer, LayerAnswer]:
    layers: dict[Layer, LayerAnswer] = {}
    if memory is not None:
        layers[Layer.MEMORY] = memory.answer(nonce)
    with state.guard("disk"):
        if (places := state.places) is not None:
            found = state.scans.join(lambda: disk.scan(places.real_root, state.tree, places.environments))
            layers[Layer.DISK] = disk.answer(found, nonce)
    return layers
