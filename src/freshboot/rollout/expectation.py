"""What git says should be live: a release's tree, its past, and the commits that came after it."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field

from freshboot.errors import ConfigurationError
from freshboot.judge.evidence import Expectation, Origin, Past
from freshboot.proof import is_excluded
from freshboot.repository.history import History
from freshboot.repository.repository import Repository
from freshboot.repository.tree import Entry

_LATER = 20
"""How many later commits are held against an answer; a rollout that is further behind is told as stale."""


@dataclass
class Releases:
    """The release, and whatever else of the repository an answer may have to be held against.

    Reading git is put off until it is needed: a fresh answer needs no history.
    """

    repository: Repository
    branch: str
    entrypoint: str
    expected: Expectation
    _past: Past | None = None
    _trees: dict[str, Expectation] = field(default_factory=dict)

    def past(self) -> Past:
        """Every earlier (path, blob id) of the release's history, with the newest commit that held it."""
        if self._past is None:
            history = History(self.repository, self.expected.commit)
            files = self.expected.files
            self._past = {
                pair: Origin(origin.commit, origin.behind)
                for pair, origin in history.origins().items()
                if files.get(pair[0]) != pair[1]
            }
        return self._past

    def files_of(self, commit: str) -> Expectation:
        """The expectation that an earlier or later commit would have been."""
        if commit not in self._trees:
            self._trees[commit] = expectation(self.repository, commit, self.entrypoint, None)
        return self._trees[commit]

    def later(self, *, fetch: bool) -> tuple[str, ...]:
        """Commits of the remote branch after the release, newest first; ``fetch`` asks the remote anew."""
        if fetch and self.repository.remote_url is not None:
            self.repository.fetch(self.branch)
        return tuple(self.repository.later(self.expected.commit, self.branch))[:_LATER]


def releases(
    repository: Repository, commit: str, branch: str, entrypoint: str, stamp: str | None
) -> Releases:
    """The release of one commit, to hold answers against.

    :raises ConfigurationError: the commit has no such entrypoint.
    """
    expected = expectation(repository, commit, entrypoint, stamp)
    if entrypoint not in expected.files:
        raise ConfigurationError(
            f"commit {commit[:7]} has no entrypoint {entrypoint}", "set entrypoint in .github/freshboot.yml"
        )
    return Releases(repository, branch, entrypoint, expected)


def expectation(repository: Repository, commit: str, entrypoint: str, stamp: str | None) -> Expectation:
    """The expectation of one commit: its tree, less what is never attested."""
    entries = repository.tree(commit)
    return Expectation(
        commit=commit,
        stamp=stamp,
        files={path: one.blob_id for path, one in entries.items() if _is_attested(path, one)},
        entrypoint=entrypoint,
        object_format=repository.object_format,
        excluded=tuple(sorted(path for path in entries if is_excluded(path))),
        skipped=tuple(sorted(path for path, one in entries.items() if _is_submodule(one))),
    )


def _is_attested(path: str, entry: Entry) -> bool:
    return not _is_submodule(entry) and not is_excluded(path)


def _is_submodule(entry: Entry) -> bool:
    return stat.S_IFMT(int(entry.mode, 8)) == 0o160000
