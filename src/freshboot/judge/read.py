"""Hold one attestation against one expectation: which tags are its own, which earlier, which nobody's."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.judge import bytecode, disk, memory, packages, results
from freshboot.judge.evidence import Expectation, FileFinding, Past, Reading, Requirement
from freshboot.judge.known import Known, unique
from freshboot.proof import Attestation, Kind, Layer, LayerAnswer

_KINDS = {
    Layer.DISK: (Kind.CODE, Kind.DATA, Kind.SKIPPED),
    Layer.BYTECODE: (Kind.STALE, Kind.SKIPPED),
    Layer.MEMORY: (Kind.MODULES, Kind.SCRIPTS, Kind.ENTRYPOINT, Kind.KEPT, Kind.UNRECORDED),
    Layer.PACKAGES: (Kind.SATISFIED, Kind.WRONG, Kind.MISSING, Kind.UNRECORDED),
    Layer.RESULTS: (Kind.STALE, Kind.DATA, Kind.UNRECORDED),
}
# Of these every one has a tag; a state may be counted without one.
_ALL_TAGGED = {
    Layer.DISK: (Kind.CODE, Kind.DATA),
    Layer.BYTECODE: (),
    Layer.MEMORY: (Kind.MODULES, Kind.SCRIPTS),
    Layer.PACKAGES: _KINDS[Layer.PACKAGES],
    Layer.RESULTS: (Kind.STALE, Kind.DATA),
}
_STATES = (Kind.SKIPPED, Kind.KEPT, Kind.UNRECORDED, Kind.STALE, Kind.WRONG, Kind.MISSING)
_FINDINGS = {
    Layer.DISK: disk.findings,
    Layer.BYTECODE: bytecode.findings,
    Layer.MEMORY: memory.findings,
    Layer.RESULTS: results.findings,
}


def read(attestation: Attestation, expected: Expectation, past: Past) -> Reading:
    """Say which files of the expected layers are not fresh, and what else bars a proof.

    Only what the release explains is fresh; a tag that nothing explains is never passed over.
    """
    barriers = list(_agent_barriers(attestation, expected))
    findings: list[FileFinding] = []
    requirements: tuple[Requirement, ...] = ()
    absent = [one for one in expected.layers if one is not Layer.EDGE and one.value not in attestation.layers]
    for layer in expected.layers:
        answer = attestation.layers.get(layer.value)
        if answer is None or layer is Layer.EDGE:
            continue
        barriers += _count_barriers(layer, answer)
        if layer is Layer.PACKAGES:
            requirements = packages.unmet(answer, attestation.nonce, expected.requirements)
        else:
            findings += _FINDINGS[layer](answer, Known(attestation.nonce, layer, expected, past))
    return Reading(
        findings=tuple(unique(findings)),
        barriers=(*barriers, *(f"the answer has no layer {one.value}" for one in absent)),
        requirements=requirements,
        idle=_idle(attestation, expected),
        too_old=bool(absent) and not attestation.errors,
    )


def leaves_open(attestation: Attestation, expected: Expectation, past: Past) -> bool:
    """Whether files lie there, or have changed, that neither the release nor this past explains.

    Without the past a deleted file that still lies on the server looks like any untracked one.
    """
    nonce = attestation.nonce
    disk_answer = attestation.layers.get(Layer.DISK.value, LayerAnswer())
    on_disk = Known(nonce, Layer.DISK, expected, past)
    results_answer = attestation.layers.get(Layer.RESULTS.value, LayerAnswer())
    changed = Known(nonce, Layer.RESULTS, expected, past).words(Kind.STALE.value)
    return bool(
        set(disk_answer.of(Kind.DATA)) - on_disk.release.keys() - on_disk.earlier.keys()
        or set(results_answer.of(Kind.STALE)) - changed.keys()
    )


def _idle(attestation: Attestation, expected: Expectation) -> tuple[Requirement, ...]:
    """What the dependency files ask for in vain that do not win: no reason for doubt, but for an error."""
    answer = attestation.layers.get(Layer.PACKAGES.value)
    if answer is None:
        return ()
    return packages.unmet(answer, attestation.nonce, expected.idle_requirements)


def _agent_barriers(attestation: Attestation, expected: Expectation) -> Iterator[str]:
    for error in attestation.errors:
        yield f"freshboot failed inside the app: {error}"
    if attestation.object_format != expected.object_format:
        yield f"the app hashes with {attestation.object_format}, the repository with {expected.object_format}"


def _count_barriers(layer: Layer, answer: LayerAnswer) -> Iterator[str]:
    """Tags that were lost on the way would otherwise look like files that are not there."""
    kinds = {one.value for one in _KINDS[layer]}
    for kind, tags in answer.tags.items():
        if kind not in kinds:
            yield f"the layer {layer.value} has tags of a kind that is not known here: {kind}"
        if answer.counts.get(kind, -1) < len(set(tags)):
            yield f"the layer {layer.value} counts fewer {kind} than it has tags"
    for known in _ALL_TAGGED[layer]:
        if answer.count(known) != len(set(answer.of(known))):
            yield f"the layer {layer.value} counts {answer.count(known)} {known.value}, and has other tags"
    for state in _STATES:
        if state.value not in kinds and answer.count(state):
            yield f"the layer {layer.value} counts {state.value}, which it cannot have"
