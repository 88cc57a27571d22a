"""The results layer: what the caches hold was computed by the release's code, from the release's data."""

from __future__ import annotations

from freshboot.judge.evidence import FileFinding, FileState
from freshboot.judge.known import Known
from freshboot.proof import Kind, Layer, LayerAnswer


def findings(answer: LayerAnswer, known: Known) -> list[FileFinding]:
    """The tracked files that changed since the caches were last cleared, each with the commit it was then.

    Marks and documentation change no result, and of untracked files nothing is expected. A file that was
    the release's then as well, and another in between, is none.
    """
    changed = {one.path for one in known.named(answer, Kind.STALE) if one.path} - known.expected.neutral
    before = set(answer.of(Kind.DATA))
    old, _ = known.explain(before, FileState.STALE)
    origins = {one.path: one.origin for one in old}
    same = {known.release[one] for one in before & known.release.keys()}
    unrecorded = known.named(answer, Kind.UNRECORDED)
    rest = answer.count(Kind.UNRECORDED) - len(unrecorded)
    return [
        *(
            FileFinding(path, Layer.RESULTS, FileState.STALE, origins.get(path))
            for path in sorted(changed - same)
        ),
        *unrecorded,
        *known.unnamed(FileState.UNRECORDED, rest),
    ]
