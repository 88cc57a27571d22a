"""The memory layer: every module and script that runs must be the release's."""

from __future__ import annotations

from freshboot.judge.evidence import FileFinding, FileState
from freshboot.judge.known import Known
from freshboot.proof import Kind, Layer, LayerAnswer

# Modules from neither the repository nor an environment have no tag, since they have no path in it.
_UNTAGGED = "untagged"


def findings(answer: LayerAnswer, known: Known) -> list[FileFinding]:
    """What runs that is not the release's; a module that was not imported yet is no reason for doubt."""
    loaded = {*answer.of(Kind.MODULES), *answer.of(Kind.SCRIPTS)}
    old, unexplained = known.explain(loaded - known.release.keys())
    kept = _kept(answer, known)
    unrecorded = known.named(answer, Kind.UNRECORDED)
    found = [
        *old,
        *kept,
        *unrecorded,
        *known.unnamed(FileState.UNKNOWN, len(unexplained)),
        *known.unnamed(FileState.KEPT, answer.count(Kind.KEPT) - len(kept)),
        *known.unnamed(FileState.UNRECORDED, answer.count(Kind.UNRECORDED) - len(unrecorded)),
        *known.unnamed(FileState.UNRECORDED, answer.counts.get(_UNTAGGED, 0)),
        *(FileFinding(path, Layer.MEMORY, FileState.UNRECORDED) for path in sorted(known.expected.hidden)),
    ]
    return found + _entrypoint(answer, known, found)


def _kept(answer: LayerAnswer, known: Known) -> list[FileFinding]:
    """Kept code that can be named, of whatever commit; the release's too, for a file was put back since."""
    old, unknown = known.explain(answer.of(Kind.KEPT), FileState.KEPT)
    now = sorted(known.release[one] for one in unknown & known.release.keys())
    return old + [FileFinding(path, Layer.MEMORY, FileState.KEPT) for path in now]


def _entrypoint(answer: LayerAnswer, known: Known, found: list[FileFinding]) -> list[FileFinding]:
    """Nothing is proven about an app whose entrypoint is not what its server was given, and runs."""
    path = known.expected.entrypoint
    if answer.of(Kind.ENTRYPOINT) != (known.of(path, Kind.ENTRYPOINT.value),):
        return [FileFinding(path, Layer.MEMORY, FileState.MISSING)]
    running = {known.release[one] for one in answer.of(Kind.SCRIPTS) if one in known.release}
    if path in running or any(one.path == path for one in found):
        return []
    return [FileFinding(path, Layer.MEMORY, FileState.MISSING)]
