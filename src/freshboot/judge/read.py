"""Hold one attestation against one expectation: which tags are its own, which earlier, which nobody's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from freshboot.judge.evidence import Expectation, FileFinding, FileState, Origin, Past, Reading
from freshboot.proof import Attestation, Kind, Layer, LayerAnswer, is_importable, tag

_BYTES_KNOWN = {Layer.DISK: (Kind.CODE, Kind.DATA), Layer.MEMORY: (Kind.MODULES, Kind.SCRIPTS)}
_KINDS = {
    Layer.DISK: {Kind.CODE.value, Kind.DATA.value, Kind.SKIPPED.value},
    Layer.MEMORY: {Kind.MODULES.value, Kind.SCRIPTS.value, Kind.KEPT.value, Kind.UNRECORDED.value},
}
_STATES = {Kind.SKIPPED.value, Kind.KEPT.value, Kind.UNRECORDED.value}
# Modules from neither the repository nor an environment have no tag, since they have no path in it.
_UNTAGGED = "untagged"
_MOST_UNNAMED = 20


def read(attestation: Attestation, expected: Expectation, past: Past) -> Reading:
    """Say which files of the expected layers are not fresh, and what else bars a proof.

    Only what the release explains is fresh; a tag that nothing explains is never passed over.
    """
    barriers = list(_agent_barriers(attestation, expected))
    findings: list[FileFinding] = []
    for layer in expected.layers:
        answer = attestation.layers.get(layer.value)
        if answer is None:
            barriers.append(f"the answer has no layer {layer.value}")
            continue
        words = _Words(attestation.nonce, layer, expected, past)
        barriers += _count_barriers(layer, answer)
        findings += _disk(answer, words) if layer is Layer.DISK else _memory(answer, words)
    return Reading(tuple(_unique(findings)), tuple(barriers))


def holds_tree(attestation: Attestation, files: Mapping[str, str], release: Mapping[str, str]) -> bool:
    """Tell whether the disk holds a tree (path → blob id): all its files, none of the release's beside."""
    answer = attestation.layers.get(Layer.DISK.value, LayerAnswer())
    tags = {*answer.of(Kind.CODE), *answer.of(Kind.DATA)}
    others = release.items() - files.items()
    here = [tag(attestation.nonce, Layer.DISK, *one) in tags for one in files.items()]
    return all(here) and not any(tag(attestation.nonce, Layer.DISK, *one) in tags for one in others)


@dataclass(frozen=True)
class _Words:
    """The tags that this challenge gives to what the repository knows."""

    nonce: str
    layer: Layer
    expected: Expectation
    past: Past

    def of(self, path: str, content: str) -> str:
        return tag(self.nonce, self.layer, path, content)

    def release(self) -> dict[str, str]:
        return {self.of(path, blob): path for path, blob in self.expected.files.items()}

    def earlier(self) -> dict[str, tuple[str, Origin]]:
        return {self.of(path, blob): (path, origin) for (path, blob), origin in self.past.items()}

    def named(self, state: str) -> dict[str, str]:
        """Tags that carry a state's word in place of a blob id, for every path ever known."""
        paths = {*self.expected.files, *(path for path, _ in self.past)}
        return {self.of(path, state): path for path in paths}


def _agent_barriers(attestation: Attestation, expected: Expectation) -> Iterator[str]:
    for error in attestation.errors:
        yield f"freshboot failed inside the app: {error}"
    if attestation.object_format != expected.object_format:
        yield f"the app hashes with {attestation.object_format}, the repository with {expected.object_format}"


def _count_barriers(layer: Layer, answer: LayerAnswer) -> Iterator[str]:
    """Tags that were lost on the way would otherwise look like files that are not there."""
    for kind, tags in answer.tags.items():
        if kind not in _KINDS[layer]:
            yield f"the layer {layer.value} has tags of a kind that is not known here: {kind}"
        if answer.counts.get(kind, -1) < len(set(tags)):
            yield f"the layer {layer.value} counts fewer {kind} than it has tags"
    for known in _BYTES_KNOWN[layer]:
        if answer.count(known) != len(set(answer.of(known))):
            yield f"the layer {layer.value} counts {answer.count(known)} {known.value}, and has other tags"
    for foreign in _STATES - _KINDS[layer]:
        if answer.counts.get(foreign, 0):
            yield f"the layer {layer.value} counts {foreign}, which it cannot have"


def _disk(answer: LayerAnswer, words: _Words) -> list[FileFinding]:
    tags = {kind: set(answer.of(kind)) for kind in _BYTES_KNOWN[Layer.DISK]}
    release = words.release()
    absent = {path for one, path in release.items() if not any(one in some for some in tags.values())}
    extra = {kind: some - release.keys() for kind, some in tags.items()}
    old, unexplained = _explain(set().union(*extra.values()), words)
    absent -= {one.path for one in old}
    skipped, _ = _named(answer, Kind.SKIPPED, words, absent)
    absent -= {one.path for one in skipped}
    unknown_code = extra[Kind.CODE] & unexplained
    return [
        *old,
        *skipped,
        *(_absent(path, tags_left=extra[_kind(path)] & unexplained) for path in sorted(absent)),
        *_unnamed(Layer.DISK, FileState.UNKNOWN, len(unknown_code)),
        *_unnamed(Layer.DISK, FileState.SKIPPED, answer.count(Kind.SKIPPED) - len(skipped)),
        *(FileFinding(path, Layer.DISK, FileState.SKIPPED) for path in words.expected.skipped),
    ]


def _kind(path: str) -> Kind:
    return Kind.CODE if is_importable(path) else Kind.DATA


def _absent(path: str, tags_left: Collection[str]) -> FileFinding:
    """The release's bytes are not there: some unknown file may be this one, changed by hand, or none is."""
    return FileFinding(path, Layer.DISK, FileState.UNKNOWN if tags_left else FileState.MISSING)


def _memory(answer: LayerAnswer, words: _Words) -> list[FileFinding]:
    loaded = {one for kind in _BYTES_KNOWN[Layer.MEMORY] for one in answer.of(kind)}
    release = words.release()
    old, unexplained = _explain(loaded - release.keys(), words)
    kept_old, kept_unknown = _explain(set(answer.of(Kind.KEPT)), words, FileState.KEPT)
    kept_now = [release[one] for one in kept_unknown if one in release]
    unrecorded, _ = _named(answer, Kind.UNRECORDED, words, None)
    findings = [
        *old,
        *kept_old,
        *(FileFinding(path, Layer.MEMORY, FileState.KEPT) for path in kept_now),
        *unrecorded,
        *_unnamed(Layer.MEMORY, FileState.UNKNOWN, len(unexplained)),
        *_unnamed(Layer.MEMORY, FileState.KEPT, answer.count(Kind.KEPT) - len(kept_old) - len(kept_now)),
        *_unnamed(Layer.MEMORY, FileState.UNRECORDED, answer.count(Kind.UNRECORDED) - len(unrecorded)),
        *_unnamed(Layer.MEMORY, FileState.UNRECORDED, answer.counts.get(_UNTAGGED, 0)),
    ]
    return findings + _entrypoint(answer, words, findings)


def _entrypoint(answer: LayerAnswer, words: _Words, findings: list[FileFinding]) -> list[FileFinding]:
    """Nothing is proven about an app whose entrypoint is not among what runs."""
    path = words.expected.entrypoint
    blob = words.expected.files.get(path)
    if blob is not None and words.of(path, blob) in answer.of(Kind.SCRIPTS):
        return []
    if any(one.path == path for one in findings):
        return []
    return [FileFinding(path, Layer.MEMORY, FileState.MISSING)]


def _explain(
    tags: set[str], words: _Words, state: FileState | None = None
) -> tuple[list[FileFinding], set[str]]:
    """Split tags into those that an earlier commit explains, as findings, and those that nothing explains."""
    if not tags:
        return [], set()
    earlier = words.earlier()
    found = []
    for one in sorted(tags & earlier.keys()):
        path, origin = earlier[one]
        told = state or (FileState.STALE if path in words.expected.files else FileState.GHOST)
        found.append(FileFinding(path, words.layer, told, origin))
    return found, tags - earlier.keys()


def _named(
    answer: LayerAnswer, kind: Kind, words: _Words, among: Collection[str] | None
) -> tuple[list[FileFinding], set[str]]:
    """Findings for tags that carry a state's word; ``among`` limits the paths that count."""
    tags = set(answer.of(kind))
    if not tags:
        return [], set()
    named = words.named(kind.value)
    paths = sorted(named[one] for one in tags & named.keys())
    found = [
        FileFinding(path, words.layer, FileState(kind.value))
        for path in paths
        if among is None or path in among
    ]
    return found, tags - named.keys()


def _unnamed(layer: Layer, state: FileState, count: int) -> Iterable[FileFinding]:
    """As many findings as there are, up to where more would tell nothing more."""
    return (FileFinding(None, layer, state) for _ in range(min(max(count, 0), _MOST_UNNAMED)))


def _unique(findings: Iterable[FileFinding]) -> list[FileFinding]:
    """Each named file once, unnamed ones as many as they are, in an order that no nonce has a part in."""
    seen: set[FileFinding] = set()
    kept = []
    for one in findings:
        if one.path is None or one not in seen:
            kept.append(one)
        seen.add(one)
    return sorted(kept, key=lambda one: one.place)
