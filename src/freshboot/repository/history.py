"""Where earlier bytes of a file come from: every blob a path ever had, and the newest commit that held it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from freshboot.repository.git import decode
from freshboot.repository.repository import Repository
from freshboot.repository.tree import SUBMODULE

_LOG = (
    *("-c", "log.showRoot=true", "-c", "log.showSignature=false", "log", "--first-parent", "--raw", "-z"),
    *("--no-abbrev", "--no-renames", "--diff-merges=first-parent", "--format=%H"),
)
_NO_BLOB = ("000000", SUBMODULE)

Pair = tuple[str, str]
"""A path and the id of a blob that it held."""


class Origin(NamedTuple):
    """The newest commit whose tree held a blob at a path, and how many first-parent commits it is behind."""

    commit: str
    behind: int


class History:
    """The past of one commit along first parents, newest first, read as far as somebody asks and kept.

    First parents are what a branch's host has seen: each was the branch's tip, merged commits never were.
    """

    def __init__(self, repository: Repository, commit: str) -> None:
        self._repository = repository
        self._release = commit
        self._begin()

    def _begin(self) -> None:
        self._commits: list[str] = []
        self._touched: set[str] = set()
        self._behind: dict[Pair, int] = {}
        self._earlier: list[Pair] = []
        self._steps = self._walk()

    def pairs(self) -> Iterator[Pair]:
        """Every (path, blob id) that the commit itself does not hold, deleted paths too; the newest first."""
        given = 0
        while given < len(self._earlier) or self._read_on():
            for pair in self._earlier[given:]:  # grows while somebody else reads on
                given += 1
                yield pair

    def origin(self, path: str, blob_id: str) -> Origin | None:
        """Where a path's bytes come from; None if no commit that is here ever held them."""
        pair = path, blob_id
        while pair not in self._behind and self._read_on():
            pass
        return self._named(self._behind[pair]) if pair in self._behind else None

    def origins(self) -> Mapping[Pair, Origin]:
        """All of ``pairs()`` with their origins."""
        return {pair: self._named(self._behind[pair]) for pair in self.pairs()}

    @property
    def complete(self) -> bool:
        """Whether the past is all here; in a shallow clone it ends early."""
        return not self._repository.is_shallow

    def deepen(self, branch: str) -> None:
        """Fetch what a shallow clone left out, and begin anew.

        :raises RemoteError: the remote is out of reach, or refuses.
        """
        if not self.complete:
            self._repository.deepen(branch)
            self._begin()

    def _named(self, behind: int) -> Origin:
        return Origin(self._commits[behind], behind)

    def _read_on(self) -> bool:
        """Read one more commit; False at the end."""
        return next(self._steps, False)

    def _walk(self) -> Iterator[bool]:
        """Note the changes of one commit a step; by its end the commit before it is named as well."""
        records = self._repository.git.stream(*_LOG, self._release, "--")
        for record in records:
            text = record.lstrip(b"\n")
            if text.startswith(b":"):
                self._note(text[1:].decode(), decode(next(records)))
            else:
                self._commits.append(text.decode())
                yield True

    def _note(self, change: str, path: str) -> None:
        """Note one raw line: what went was held until the parent; what came first of all is held still."""
        old_mode, new_mode, old, new, _ = change.split(" ")
        if path not in self._touched:
            self._touched.add(path)
            if new_mode not in _NO_BLOB:
                self._behind[path, new] = 0
        if old_mode not in _NO_BLOB and (path, old) not in self._behind:
            self._behind[path, old] = len(self._commits)
            self._earlier.append((path, old))
