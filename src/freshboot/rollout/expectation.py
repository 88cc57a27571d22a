"""What git says should be live: a release's tree, its past, and the commits that came after it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from functools import cache, partial

from freshboot.config import Config
from freshboot.errors import ConfigurationError, FreshbootError
from freshboot.judge.evidence import Expectation, Origin, Past
from freshboot.proof import ATTESTED, Layer, is_excluded
from freshboot.repository.errors import RemoteError, RepositoryError
from freshboot.repository.history import History
from freshboot.repository.repository import Repository
from freshboot.repository.tree import SUBMODULE
from freshboot.stamp.entrypoint import find_entrypoint
from freshboot.stamp.mark import Read
from freshboot.stamp.plan import agreed, stamps_in

_LATER = 20
"""How many later commits are held against an answer; what runs an older one yet is told as stale."""


@dataclass
class Releases:
    """The release, and whatever else of the repository an answer may have to be held against.

    Reading git is put off until it is needed: a fresh answer needs no history.
    """

    repository: Repository
    branch: str
    expected: Expectation
    _past: Past | None = None
    _others: dict[str, Expectation] = field(default_factory=dict)

    def past(self) -> Past:
        """Every earlier (path, blob id) of the release's history, with the newest commit that held it."""
        if self._past is None:
            history = History(self.repository, self.expected.commit)
            with contextlib.suppress(
                RemoteError, RepositoryError
            ):  # what a shallow clone lacks stays unknown, and is told so
                history.deepen(self.branch)
            self._past = {pair: Origin(*origin) for pair, origin in history.origins().items()}
        return self._past

    def expectation_of(self, commit: str) -> Expectation:
        """The expectation that an earlier or a later commit would be."""
        if commit not in self._others:
            self._others[commit] = _with_tree(self.repository, commit, self.expected)
        return self._others[commit]

    def later(self, *, fetch: bool) -> tuple[str, ...]:
        """Commits of the remote branch after the release, newest first; ``fetch`` asks the remote anew."""
        if fetch and self.repository.remote_name is not None:
            with contextlib.suppress(RemoteError):  # then nothing later is known, which proves nothing
                self.repository.fetch(self.branch)
        return tuple(self.repository.later(self.expected.commit, self.branch)[:_LATER])


def releases(repository: Repository, commit: str, branch: str, config: Config) -> Releases:
    """The release of one commit, to hold answers against.

    :raises EntrypointError: the commit has no such entrypoint, or it is not clear which file it is.
    """
    read = cache(partial(repository.read, commit))
    entrypoint = find_entrypoint(read, config.entrypoint)
    blank = Expectation(
        commit=commit,
        stamp=_stamp(read, config, entrypoint),
        files={},
        entrypoint=entrypoint,
        layers=tuple(layer for layer in Layer if layer.value in config.require) or ATTESTED,
        object_format=repository.object_format,
    )
    return Releases(repository, branch, _with_tree(repository, commit, blank))


def published_commit(repository: Repository, revision: str | None, branch: str) -> str:
    """The commit to confirm: the remote branch's tip as of now, or the one named, if the remote has it.

    :raises ConfigurationError: the commit was not pushed.
    """
    tip = repository.fetch(branch)
    if revision is None:
        return tip
    commit = repository.resolve(revision)
    if not repository.is_ancestor(commit, tip):
        raise ConfigurationError(
            f"commit {commit[:7]} is not on the remote branch {branch}", "push it first, or name one that is"
        )
    return commit


def _stamp(read: Read, config: Config, entrypoint: str) -> str | None:
    """The stamp that all marks of the release carry; a mark that cannot be read carries none."""
    try:
        stamp = agreed(stamps_in(read, config.marks, entrypoint))
    except FreshbootError:
        return None
    return str(stamp) if stamp else None


def _with_tree(repository: Repository, commit: str, expected: Expectation) -> Expectation:
    """The expectation with the tree of a commit in it."""
    entries = repository.tree(commit)
    excluded = {path for path in entries if is_excluded(path)}
    submodules = {path for path, entry in entries.items() if entry.mode == SUBMODULE}
    return replace(
        expected,
        commit=commit,
        files={path: one.blob_id for path, one in entries.items() if path not in excluded | submodules},
        excluded=tuple(sorted(excluded)),
        skipped=tuple(sorted(submodules)),
    )
