"""What git says should be live: a release's tree, its past, and the commits that came after it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial

from freshboot.config import DEPLOY_BRANCH, Config
from freshboot.errors import ConfigurationError, FreshbootError
from freshboot.judge.evidence import Expectation, FileFinding, FileState, Origin, Past, Reading, Target
from freshboot.proof import ATTESTED, Layer, is_excluded
from freshboot.renaming.history import retired
from freshboot.repository.errors import RemoteError
from freshboot.repository.history import History
from freshboot.repository.repository import Repository
from freshboot.repository.submodules import submodule_files
from freshboot.repository.tree import SUBMODULE
from freshboot.rollout import content
from freshboot.stamp.entrypoint import find_entrypoint
from freshboot.stamp.mark import Read
from freshboot.stamp.plan import agreed, neutral, stamps_in

_LATER = 20
"""How many later commits are held against an answer; what runs an older one yet is told as stale."""
_DOCUMENTATION = re.compile(
    r"(docs/.*\.(md|rst)|(.*/)?(README|CHANGELOG|CONTRIBUTING|LICEN[CS]E|NOTICE)(\.(md|rst|txt))?)\Z", re.I
)
"""What no result is computed from. Other texts (``about.md``) may be what a page shows."""
_ON_GITHUB = re.compile(
    r"(?:https://(?:[^@/]+@)?|ssh://git@|git@)github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?\Z"
)


@dataclass
class Releases:
    """The release, and whatever else of the repository an answer may have to be held against.

    Reading git is put off until it is needed: a fresh answer needs no history.
    """

    repository: Repository
    branch: str
    expected: Expectation
    marks: tuple[str, ...] = ()
    _histories: dict[str, History] = field(default_factory=dict)
    _pasts: dict[str, Past] = field(default_factory=dict)
    _retired: dict[str, frozenset[str]] = field(default_factory=dict)
    _others: dict[str, Expectation] = field(default_factory=dict)
    _forms: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)

    def past_of(self, commit: str) -> Past:
        """Every earlier (path, blob id) of a commit's history, with the newest commit that held it."""
        if commit not in self._pasts:
            history = self.history_of(commit)
            self._pasts[commit] = {pair: Origin(*origin) for pair, origin in history.origins().items()}
            self._retired[commit] = retired(self.repository, commit)
            self.expected = replace(self.expected, gap=self.expected.gap or history.gap)
            if commit == self.expected.commit:
                self.expected = replace(self.expected, retired=self._retired[commit])
        return self._pasts[commit]

    def history_of(self, commit: str) -> History:
        """A commit's past; what a shallow clone lacks is fetched, or stays unknown and is told so."""
        if commit not in self._histories:
            history = self._histories[commit] = History(self.repository, commit)
            history.deepen(self.branch)
        return self._histories[commit]

    def exactly(self, held: Mapping[str, str]) -> Origin | None:
        """The one commit whose tree is what lies on a disk (path → blob id), if there is one."""
        tracked = self.repository.tree(self.expected.commit)
        inside_submodules = self.expected.files.keys() - tracked.keys()
        unseen = {*self.expected.excluded, *self.expected.skipped, *inside_submodules}
        origin = self.history_of(self.expected.commit).exact_commit(
            held, lambda path: path in unseen or is_excluded(path)
        )
        return Origin(*origin) if origin is not None else None

    def with_forms(self, expected: Expectation, paths: Collection[str]) -> Expectation:
        """The expectation with every form in which git itself may check these files out."""
        known = self._forms.setdefault(expected.commit, {})
        if asked := [path for path in paths if path in expected.files and path not in known]:
            known.update(dict.fromkeys(asked, ()))
            with contextlib.suppress(RemoteError):  # of a partial clone: then only the plain form is known
                known.update(content.forms(self.repository, expected, asked))
        return replace(expected, forms={path: blobs for path, blobs in known.items() if blobs})

    def without_neutral(self, reading: Reading, commit: str) -> Reading:
        """The reading without what bars nothing: cached results that only a stamp has come after.

        Nor does what a host keeps on its disk where a renamed file was, as long as nothing of the commit can
        use it, and it is not in memory.
        """
        unused = self._retired.get(commit, frozenset())
        kept = tuple(
            one
            for one in reading.findings
            if not self._differs_by_stamp(one) and not (one.path in unused and _is_left_over(one))
        )
        return replace(reading, findings=kept)

    def _differs_by_stamp(self, finding: FileFinding) -> bool:
        if finding.layer is not Layer.RESULTS or finding.origin is None or finding.path is None:
            return False
        before, after = (
            self.repository.read(commit, finding.path)
            for commit in (finding.origin.commit, self.expected.commit)
        )
        return neutral(finding.path, before, after, self.marks, self.expected.entrypoint)

    def expectation_of(self, commit: str) -> Expectation:
        """The expectation that a later commit would be, by its tree alone."""
        if commit not in self._others:
            self._others[commit] = _with_tree(self.repository, commit, self.expected)
        return self._others[commit]

    def complete(self, commit: str) -> Expectation | None:
        """The expectation of a commit with what has to be read in its files; None where they are not here."""
        with contextlib.suppress(RemoteError):
            return content.complete(self.repository, self.expectation_of(commit))
        return None

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
        target=Target(name_on_github(repository), branch, entrypoint),
    )
    expected = content.complete(repository, _with_tree(repository, commit, blank))
    return Releases(repository, branch, expected, config.marks)


def _is_left_over(finding: FileFinding) -> bool:
    return finding.layer is Layer.DISK and finding.state is FileState.GHOST


def name_on_github(repository: Repository) -> str:
    """``owner/name`` of the remote; empty where it is elsewhere, so that it cannot be compared."""
    match = _ON_GITHUB.match(repository.remote_url or "")
    return match[1] if match else ""


def branch_of(repository: Repository, config: Config) -> str:
    """The branch that the host tracks.

    :raises ConfigurationError: none is named, and none is checked out.
    """
    if config.publish == DEPLOY_BRANCH:
        return config.deploy_branch
    branch = config.branch or repository.branch
    if branch is None:
        raise ConfigurationError(
            "no branch is checked out", "give --branch, or branch in .github/freshboot.yml"
        )
    return branch


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
    """The expectation with the tree of a commit in it; nothing of what another one's files said."""
    entries = repository.tree(commit)
    inner, absent = submodule_files(repository, commit)
    files = {path: one.blob_id for path, one in entries.items() if one.mode != SUBMODULE} | inner
    return Expectation(
        commit=commit,
        stamp=expected.stamp,
        files={path: blob for path, blob in files.items() if not is_excluded(path)},
        entrypoint=expected.entrypoint,
        layers=expected.layers,
        object_format=expected.object_format,
        excluded=tuple(sorted(filter(is_excluded, files))),
        skipped=tuple(sorted(absent)),
        neutral=frozenset(filter(_DOCUMENTATION.match, files)),
        target=expected.target,
    )
