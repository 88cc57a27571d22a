"""Stamp commits: how one is made, how it is marked, and how it is known again.

A commit is built on git's objects alone. The user's index and work tree are not asked and not touched, and
the hooks and the signing of ``git commit`` do not come into it.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from freshboot.repository.errors import UnstampableError
from freshboot.repository.git import printable
from freshboot.repository.repository import Repository
from freshboot.repository.tree import FILE_MODES, Entry

TRAILER = "Freshboot-Stamp"

_STAMP = re.compile(r"[!-~]+\Z")
_REASON_LENGTH = 200


class Identity(NamedTuple):
    """Who a commit is by."""

    name: str
    email: str


BOT = Identity("freshboot[bot]", "freshboot[bot]@users.noreply.github.com")


@dataclass(frozen=True)
class Change:
    """A stamp commit to be: whole files by path, its message, and its time (author's and committer's).

    ``moved``: the new paths of files that are renamed, with the old ones, which go. Such a commit is no stamp
    commit, and may change files that are no marks.
    """

    files: Mapping[str, bytes]
    message: str
    when: datetime
    moved: Mapping[str, str] = field(default_factory=dict)

    @property
    def paths(self) -> frozenset[str]:
        """Every path that is another one afterwards."""
        return frozenset({*self.files, *self.moved.values()})


@dataclass(frozen=True)
class Marks:
    """The paths that stamps are written into, and who judges whether two forms of a file differ by a stamp.

    ``differ_by_stamp(path, before, after)`` gets the bytes; None where the file did not exist. ``others`` are
    paths into which a remedy may have written a stamp besides: one there is known again, none is written.
    """

    paths: frozenset[str]
    differ_by_stamp: Callable[[str, bytes | None, bytes | None], bool]
    others: frozenset[str] = frozenset()

    def and_beside(self, paths: frozenset[str]) -> Marks:
        """The same with further paths, which no stamp is written into."""
        return replace(self, paths=self.paths | paths)


def message(stamp: str, reason: str | None = None, subject: str = "", trailer: str = "") -> str:
    """The message of a stamp commit, with its trailer; ``reason`` is free text from whoever asked for it.

    ``subject`` is its first line where it is more than a stamp, ``trailer`` a line that tells what.

    The reason becomes one line in a paragraph of its own, so that it is no trailer; brackets become
    parentheses and asterisks go, so that no ``[skip ci]`` or ``***NO_CI***`` stops the rollout.

    :raises ValueError: the stamp is no single word of printable ASCII.
    """
    if not _STAMP.match(stamp):
        raise ValueError(f"not a stamp: {stamp!r}")
    said = printable(reason or "", _REASON_LENGTH).translate(str.maketrans("[]", "()", "*"))
    why = f"Reason: {said}\n\n" if said else ""
    also = f"{printable(trailer)}\n" if trailer else ""
    return f"{printable(subject) or f'Stamp {stamp}'}\n\n{why}{also}{TRAILER}: {stamp}\n"


def build(
    repository: Repository,
    base: str,
    change: Change,
    identity: Identity = BOT,
    parents: Sequence[str] = (),
) -> str | None:
    """Store the commit of ``change`` on top of ``base``, and return its id; no branch moves.

    ``parents`` are given where they are others than the base alone. None where the base holds those very
    bytes: an empty commit would not be known again as freshboot's own.

    :raises UnstampableError: a path is a symlink, a submodule or a folder in ``base``.
    """
    there = plain_files(repository, base, change.paths)
    modes = {path: there[old].mode for path, old in change.moved.items()}
    modes.update((path, entry.mode) for path, entry in there.items())
    with tempfile.TemporaryDirectory(prefix="freshboot-") as folder:
        ids = _store(repository, change.files, folder)
        new = {path: Entry(modes.get(path, FILE_MODES[0]), ids[path]) for path in ids}
        if new == there:
            return None
        new.update(absent(change.moved.values(), base))
        tree = _with_entries(repository, base, new, os.path.join(folder, "index"))
    return repository.git.run(
        *("-c", "i18n.commitEncoding=UTF-8", "commit-tree", tree),
        *(word for parent in parents or (base,) for word in ("-p", parent)),
        input=change.message.encode("utf-8", "surrogateescape"),
        env=_signature(identity, change.when),
    ).text


def plain_files(repository: Repository, commit: str, paths: Collection[str]) -> Mapping[str, Entry]:
    """Those of the paths that the commit has.

    :raises UnstampableError: one is a symlink, a submodule or a folder.
    """
    entries = repository.tree(commit, paths)
    for path, entry in entries.items():
        if path not in paths or entry.mode not in FILE_MODES:
            raise UnstampableError(
                f"{printable(path)} is no plain file in {commit[:7]}", "name a plain file as the mark"
            )
    return entries


def index_lines(entries: Mapping[str, Entry]) -> bytes:
    """The entries as ``update-index -z --index-info`` reads them."""
    lines = (f"{entry.mode} {entry.blob_id}\t{path}\0" for path, entry in entries.items())
    return "".join(lines).encode("utf-8", "surrogateescape")


def absent(paths: Iterable[str], commit: str) -> Mapping[str, Entry]:
    """Entries that take the paths out of an index; the commit tells how long an id is."""
    return dict.fromkeys(paths, Entry("0", "0" * len(commit)))


def is_own(repository: Repository, commit: str, marks: Marks) -> bool:
    """Tell whether freshboot made the commit: it has the trailer, one parent, and changes nothing but stamps.

    The trailer alone does not count: a squash merge copies it into a person's commit. In a shallow clone the
    parent of a commit with the trailer is fetched.

    :raises RemoteError: the parent is not here, and could not be fetched.
    """
    parents = stamp_parents(repository, commit)
    if len(parents) != 1:
        return False
    repository.require(parents[0])
    return changes_stamps_only(repository, parents[0], commit, marks)


def stamp_parents(repository: Repository, commit: str) -> list[str]:
    """The parents of a commit that has the trailer; none of one without it."""
    if TRAILER.encode() not in repository.git.run("cat-file", "commit", commit).out:
        return []
    found = repository.commit(commit)
    return [parent.hexsha for parent in found.parents] if TRAILER in found.trailers_dict else []


def changes_stamps_only(repository: Repository, before: str, after: str, marks: Marks) -> bool:
    """Tell whether two commits' files differ, and by nothing but stamps."""
    raw = repository.git.run("diff-tree", "-r", "-z", "--no-renames", "--raw", before, after).records
    changes = dict(zip(raw[1::2], raw[0::2], strict=True))
    if not changes or not changes.keys() <= marks.paths | marks.others:
        return False
    old, new = repository.read_all(before, changes), repository.read_all(after, changes)
    return all(
        _keeps_mode(line) and marks.differ_by_stamp(path, old.get(path), new.get(path))
        for path, line in changes.items()
    )


def _keeps_mode(raw_line: str) -> bool:
    old, new, *_ = raw_line.removeprefix(":").split(" ")
    return new in FILE_MODES and old in (new, "000000")


def _with_entries(repository: Repository, base: str, entries: Mapping[str, Entry], index: str) -> str:
    """The tree of ``base`` with the entries put into it, made in an index of its own."""
    git, env = repository.git, {"GIT_INDEX_FILE": index}
    git.run("read-tree", base, env=env)
    git.run("update-index", "-z", "--index-info", input=index_lines(entries), env=env)
    return git.run("write-tree", env=env).text


def _store(repository: Repository, files: Mapping[str, bytes], folder: str) -> Mapping[str, str]:
    """Store the bytes as they are, without filters, and return their blob ids."""
    names = [os.path.join(folder, str(number)) for number, _ in enumerate(files)]
    for name, data in zip(names, files.values(), strict=True):
        with open(name, "wb") as file:
            file.write(data)
    ids = repository.git.run("hash-object", "-w", "--no-filters", "--", *names).text.split()
    return dict(zip(files, ids, strict=True))


def _signature(identity: Identity, when: datetime) -> Mapping[str, str]:
    date = f"@{int(when.timestamp())} +0000"
    return {
        f"GIT_{role}_{fact}": value
        for role in ("AUTHOR", "COMMITTER")
        for fact, value in (("NAME", identity.name), ("EMAIL", identity.email), ("DATE", date))
    }


def stamp_of(repository: Repository, commit: str) -> str:
    """The stamp that a commit's message names; empty if it names none."""
    told = repository.git.run("cat-file", "commit", commit).out.decode("utf-8", "replace")
    named = [line for line in told.splitlines() if line.startswith(f"{TRAILER}: ")]
    return named[-1].partition(": ")[2].strip() if named else ""
