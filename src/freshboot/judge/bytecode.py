"""The bytecode layer: no cache file that Python would take for a source holds another source's code."""

from __future__ import annotations

from freshboot.judge.evidence import FileFinding, FileState
from freshboot.judge.known import Known
from freshboot.proof import Kind, LayerAnswer


def findings(answer: LayerAnswer, known: Known) -> list[FileFinding]:
    """Sources whose cached code is another's, and those that could not be compared."""
    found = []
    for kind in (Kind.STALE, Kind.SKIPPED):
        named = known.named(answer, kind)
        found += [*named, *known.unnamed(FileState(kind.value), answer.count(kind) - len(named))]
    return found
