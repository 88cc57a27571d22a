"""The repository that all histories share: real commits, and what the real code makes of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from freshboot.config import Config
from freshboot.judge.evidence import Expectation
from freshboot.proof import ATTESTED, Layer, blob_id
from freshboot.repository.git import Git, Result
from freshboot.repository.repository import Repository
from freshboot.rollout.expectation import Releases, releases
from tests.gitrepo import git, make_repository
from tests.histories.app import ENTRYPOINT, LINEAGES, Tree, Wishes, lineage, wishes_of

_FIRST_SECOND = 1_767_326_645


@dataclass(frozen=True)
class Commit:
    """One commit of a lineage: ``index`` counts from its first."""

    lineage: int
    index: int
    id: str

    @property
    def tree(self) -> Tree:
        return lineage(self.lineage)[self.index]


class World:
    """Every lineage as a branch of one real repository, made in one go."""

    def __init__(self, folder: Path) -> None:
        self._folder = make_repository(folder)
        git(folder, "fast-import", "--quiet", input=b"".join(map(_stream, range(LINEAGES))))
        git(folder, "symbolic-ref", "HEAD", f"refs/heads/{_branch(0)}")
        self._releases: dict[Commit, Releases] = {}

    def afresh(self) -> World:
        """The same repository, of which the real code has made nothing yet."""
        other = copy(self)
        other._releases = {}
        return other

    @cached_property
    def repository(self) -> Repository:
        plain = Repository.open(self._folder)
        return Unchanging(*(getattr(plain, one.name) for one in fields(plain)))

    @cached_property
    def _commits(self) -> dict[int, tuple[Commit, ...]]:
        log = git(self._folder, "log", "--all", "--format=%H %s").splitlines()
        found: dict[int, dict[int, Commit]] = {}
        for line in log:
            commit, branch, index = line.split()
            found.setdefault(int(branch), {})[int(index)] = Commit(int(branch), int(index), commit)
        return {branch: tuple(some[index] for index in sorted(some)) for branch, some in found.items()}

    def commits(self, number: int) -> tuple[Commit, ...]:
        """The commits of a lineage, oldest first."""
        return self._commits[number]

    def releases(self, commit: Commit, pushed: Commit) -> Releases:
        """What a verifier knows that waits for a commit, after another was pushed."""
        if commit not in self._releases:
            config = Config(entrypoint=ENTRYPOINT, require=_required(wishes_of(commit.lineage)))
            found = releases(self.repository, commit.id, _branch(commit.lineage), config)
            self._releases[commit] = Known(found.repository, found.branch, found.expected)
        known = self._releases[commit]
        assert isinstance(known, Known)
        known.after = tuple(
            one.id for one in self.commits(commit.lineage)[commit.index + 1 : pushed.index + 1]
        )
        return known

    def origin(self, commit: Commit, path: str, blob: str) -> tuple[str, int] | None:
        """The newest commit, up to this one, whose tree holds the blob: by looking at every tree."""
        for earlier in reversed(self.commits(commit.lineage)[: commit.index + 1]):
            if path in earlier.tree and blob_id(earlier.tree[path].encode()) == blob:
                return earlier.id, commit.index - earlier.index
        return None


class Unchanging(Repository):
    """The real repository; as nothing of it ever changes, each question is put to git only once."""

    @cached_property
    def git(self) -> Git:  # type: ignore[override]  # a property, remembered
        return _Remembering(self.root)


class _Remembering(Git):
    def run(self, *args: str, input: bytes | None = None, **options: Any) -> Result:  # noqa: A002  # as in Git
        """The answer to the same question before, if there was one."""
        known = self.__dict__.setdefault("known", {})
        if (args, input) not in known:
            known[args, input] = super().run(*args, input=input, **options)
        return known[args, input]  # type: ignore[no-any-return]


class Known(Releases):
    """The real releases; which commits came after is known without asking git."""

    after: Sequence[str] = ()

    def later(self, *, fetch: bool) -> tuple[str, ...]:
        return tuple(reversed(self.after))

    def with_forms(self, expected: Expectation, paths: Collection[str]) -> Expectation:
        """Ask for all files at once: the others will be asked for too."""
        return super().with_forms(expected, expected.files)


def _required(wishes: Wishes) -> tuple[str, ...]:
    """Who has no results to remember need not have proven what they come from."""
    return tuple(one.value for one in ATTESTED if one is not Layer.RESULTS or not wishes.plain)


def _branch(number: int) -> str:
    return f"lineage-{number}"


def _stream(number: int) -> bytes:
    """The lineage as git fast-import reads it."""
    lines = [f"reset refs/heads/{_branch(number)}\n".encode()]
    for index, tree in enumerate(lineage(number)):
        subject = f"{number} {index}".encode()
        person = f"Ada <ada@example.org> {_FIRST_SECOND + 60 * index} +0000"
        lines.append(f"commit refs/heads/{_branch(number)}\n".encode())
        lines.append(f"committer {person}\ndata {len(subject)}\n".encode() + subject + b"\ndeleteall\n")
        for path, text in tree.items():
            lines.append(f"M 100644 inline {path}\ndata {len(text)}\n{text}\n".encode())
    return b"".join(lines)
