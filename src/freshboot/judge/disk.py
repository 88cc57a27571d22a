"""The disk layer: the release's files, and nothing importable beside them."""

from __future__ import annotations

from collections.abc import Collection

from freshboot.judge.evidence import Expectation, FileFinding, FileState, Past
from freshboot.judge.known import Known
from freshboot.proof import Attestation, Kind, Layer, LayerAnswer, is_importable

_BYTES_KNOWN = (Kind.CODE, Kind.DATA)


def findings(answer: LayerAnswer, known: Known) -> list[FileFinding]:
    """The files that are not the release's; what is untracked counts only if Python could import it."""
    tags = {kind: set(answer.of(kind)) for kind in _BYTES_KNOWN}
    every = set().union(*tags.values())
    here = {path for one, path in known.release.items() if one in every}
    absent = known.expected.files.keys() - here
    extra = {kind: some - known.release.keys() for kind, some in tags.items()}
    pointers = {known.pointers[one] for one in every & known.pointers.keys()}
    old, unexplained = known.explain(set().union(*extra.values()) - known.pointers.keys())
    absent -= pointers | {one.path for one in old}
    skipped = known.named(answer, Kind.SKIPPED, absent)
    absent -= {one.path for one in skipped}
    return [
        *old,
        *skipped,
        *(FileFinding(path, Layer.DISK, FileState.POINTER) for path in pointers),
        *(_absent(path, tags_left=extra[_kind(path)] & unexplained) for path in sorted(absent)),
        *known.unnamed(FileState.UNKNOWN, len(extra[Kind.CODE] & unexplained)),
        *known.unnamed(FileState.SKIPPED, answer.count(Kind.SKIPPED) - len(skipped)),
        *(FileFinding(path, Layer.DISK, FileState.SKIPPED) for path in known.expected.skipped),
    ]


def held(attestation: Attestation, expected: Expectation, past: Past) -> dict[str, str]:
    """What lies on the disk, of all that the repository ever knew: path → blob id, as the commits have it."""
    answer = attestation.layers.get(Layer.DISK.value, LayerAnswer())
    known = Known(attestation.nonce, Layer.DISK, expected, past)
    tags = {one for kind in _BYTES_KNOWN for one in answer.of(kind)}
    # A renamed file's earlier bytes are known under its new path as well, where no commit had them.
    pairs = {known.of(*pair): pair for pair, origin in past.items() if origin.path is None}
    pairs.update(
        (one, (path, expected.files[path])) for one, path in (known.release | known.pointers).items()
    )
    return dict(pairs[one] for one in tags & pairs.keys())


def _kind(path: str) -> Kind:
    return Kind.CODE if is_importable(path) else Kind.DATA


def _absent(path: str, tags_left: Collection[str]) -> FileFinding:
    """The release's bytes are not there: some unknown file may be this one, changed by hand, or none is."""
    return FileFinding(path, Layer.DISK, FileState.UNKNOWN if tags_left else FileState.MISSING)
