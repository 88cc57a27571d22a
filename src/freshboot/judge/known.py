"""The tags that one challenge gives to what the repository knows, and what an answer's tags then say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from freshboot.judge.evidence import Expectation, FileFinding, FileState, Origin, Past
from freshboot.proof import Kind, Layer, LayerAnswer, tagger

_MOST_UNNAMED = 20


@dataclass(frozen=True)
class Known:
    """What the repository knows, as tags of one layer of one answer."""

    nonce: str
    layer: Layer
    expected: Expectation
    past: Past

    @cached_property
    def of(self) -> Callable[[str, str], str]:
        """The tag of a path with some content."""
        return tagger(self.nonce, self.layer)

    @cached_property
    def release(self) -> dict[str, str]:
        """The paths of the release by the tags that they may have: as committed, and as git checks them out.

        An LFS pointer is not what the file should hold, so only its real content counts.
        """
        expected = self.expected
        plain = ((path, blob) for path, blob in expected.files.items() if path not in expected.pointers)
        forms = ((path, blob) for path, blobs in expected.forms.items() for blob in blobs)
        return {self.of(path, blob): path for path, blob in (*plain, *forms)}

    @cached_property
    def pointers(self) -> dict[str, str]:
        """The paths that should hold a large file, by the tags of the pointers to them."""
        expected = self.expected
        return {self.of(path, expected.files[path]): path for path in expected.pointers}

    @cached_property
    def earlier(self) -> dict[str, tuple[str, Origin]]:
        """Path and origin by the tag of every earlier blob."""
        return {self.of(path, blob): (path, origin) for (path, blob), origin in self.past.items()}

    def words(self, word: str) -> dict[str, str]:
        """The path by its tag that carries a state's word, for every path ever known."""
        paths = {*self.expected.files, *(path for path, _ in self.past)}
        return {self.of(path, word): path for path in paths}

    def explain(
        self, tags: Collection[str], state: FileState | None = None
    ) -> tuple[list[FileFinding], set[str]]:
        """Split tags into those that an earlier commit explains, as findings, and those that nothing does."""
        if not tags:
            return [], set()
        found = []
        for one in sorted(set(tags) & self.earlier.keys()):
            path, origin = self.earlier[one]
            told = state or (FileState.STALE if path in self.expected.files else FileState.GHOST)
            found.append(FileFinding(path, self.layer, told, origin))
        return found, set(tags) - self.earlier.keys()

    def named(
        self, answer: LayerAnswer, kind: Kind, among: Collection[str] | None = None
    ) -> list[FileFinding]:
        """Findings for tags that carry a state's word; ``among`` limits the paths that count."""
        tags = set(answer.of(kind))
        if not tags:
            return []
        words = self.words(kind.value)
        paths = sorted(words[one] for one in tags & words.keys())
        return [
            FileFinding(path, self.layer, FileState(kind.value))
            for path in paths
            if among is None or path in among
        ]

    def unnamed(self, state: FileState, count: int) -> Iterator[FileFinding]:
        """As many findings without a name as there are, up to where more would tell nothing more."""
        return (FileFinding(None, self.layer, state) for _ in range(min(max(count, 0), _MOST_UNNAMED)))


def unique(findings: Iterable[FileFinding]) -> list[FileFinding]:
    """Each named file once, unnamed ones as many as they are, in an order that no nonce has a part in."""
    seen: set[FileFinding] = set()
    kept = []
    for one in findings:
        if one.path is None or one not in seen:
            kept.append(one)
        seen.add(one)
    return sorted(kept, key=lambda one: one.place)
