"""The user's own files at the marks: what they hold beside the commit, and how they follow a publish."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

from freshboot.repository.commits import Marks, index_lines
from freshboot.repository.errors import ForeignChangesError
from freshboot.repository.git import GitError
from freshboot.repository.repository import Repository
from freshboot.repository.tree import Entry, blobs


class Local(Enum):
    """What became of the local branch after a publish."""

    FOLLOWED = "followed"  # branch, index and marked files are at the published commit
    BEHIND = "behind"  # it could not follow safely: git pull
    DETACHED = "detached"  # there is no branch to follow


@dataclass(frozen=True)
class Place:
    """One path in the commit, the index and the work tree (its id in git's form); None where it is not."""

    path: str
    committed: Entry | None
    staged: Entry | None
    written: str | None
    conflicted: bool = False


def refuse_foreign_changes(repository: Repository, commit: str, marks: Marks) -> None:
    """See to it that the marks' files hold nothing, staged or not, that differs from the commit but a stamp.

    :raises ForeignChangesError: one does; it would be published under a stamp's name, or lost.
    """
    foreign = foreign_changes(repository, commit, marks)
    if foreign:
        raise ForeignChangesError(
            f"changes other than a stamp in {', '.join(foreign)}",
            "commit them, or put them aside with git stash",
        )


def foreign_changes(repository: Repository, commit: str, marks: Marks) -> list[str]:
    """The marks' paths whose index or work tree differs from ``commit`` by more than a stamp."""
    places = look(repository, commit, marks.paths)
    changed = [place for place in places if not _is_clean(place)]
    ids = {one for place in changed for one in _ids(place) if one is not None}
    contents = blobs(repository.git, ids)
    return [place.path for place in changed if not _is_stamped_only(place, contents, marks)]


def follow(repository: Repository, branch: str, base: str, commit: str, marks: Marks) -> Local:
    """Bring branch, index and marked files from ``base`` to the published ``commit``, where that is safe.

    Other files are not looked at: they are the same in both commits. What the user changes meanwhile wins.
    """
    here = repository.branch
    if here is None:
        return Local.DETACHED
    if here != branch or repository.head != base or foreign_changes(repository, base, marks):
        return Local.BEHIND
    git = repository.git
    moved = git.run(
        "update-ref", "-m", "freshboot: publish", f"refs/heads/{branch}", commit, base, check=False
    )
    if moved.code != 0:
        return Local.BEHIND
    try:
        _write(repository, commit, marks.paths)
    except (GitError, OSError):
        git.run("update-ref", "-m", "freshboot: take back", f"refs/heads/{branch}", base, commit, check=False)
        return Local.BEHIND
    return Local.FOLLOWED


def look(repository: Repository, commit: str, paths: Iterable[str]) -> list[Place]:
    """How the paths stand in the commit, the index and the work tree.

    Git's own status is not asked: it leaves out files that the user told it to assume unchanged.
    """
    wanted = sorted(paths)
    committed = repository.tree(commit, wanted)
    staged, conflicted = _staged(repository, wanted)
    written = _written(repository, wanted)
    return [
        Place(path, committed.get(path), staged.get(path), written.get(path), path in conflicted)
        for path in wanted
    ]


def _staged(repository: Repository, paths: Iterable[str]) -> tuple[Mapping[str, Entry], set[str]]:
    entries: dict[str, Entry] = {}
    conflicted = set()
    for record in repository.git.run(
        "--literal-pathspecs", "ls-files", "--stage", "-z", "--", *paths
    ).records:
        facts, _, path = record.partition("\t")
        mode, blob_id, stage = facts.split(" ")
        entries[path] = Entry(mode, blob_id)
        if stage != "0":
            conflicted.add(path)
    return entries, conflicted


def _written(repository: Repository, paths: Iterable[str]) -> Mapping[str, str]:
    """The blob ids of plain files in the work tree, stored after the filters that ``git add`` applies."""
    plain = [path for path in paths if _is_plain(os.path.join(repository.root, path))]
    if not plain:
        return {}
    ids = repository.git.run("-c", "core.safecrlf=false", "hash-object", "-w", "--", *plain).text.split()
    return dict(zip(plain, ids, strict=True))


def _is_plain(path: str) -> bool:
    with suppress(OSError):
        return stat.S_ISREG(os.lstat(path).st_mode)
    return False


def _ids(place: Place) -> tuple[str | None, str | None, str | None]:
    committed, staged = place.committed, place.staged
    return committed and committed.blob_id, staged and staged.blob_id, place.written


def _is_clean(place: Place) -> bool:
    return not place.conflicted and place.committed == place.staged and len(set(_ids(place))) == 1


def _is_stamped_only(place: Place, contents: Mapping[str, bytes], marks: Marks) -> bool:
    committed, staged, written = _ids(place)
    if place.conflicted or (place.committed and (place.staged is None or written is None)):
        return False
    if place.committed and place.staged and place.committed.mode != place.staged.mode:
        return False
    before = None if committed is None else contents[committed]
    forms = {one for one in (staged, written) if one not in (None, committed)}
    return all(marks.differ_by_stamp(place.path, before, contents[one]) for one in forms if one is not None)


def _write(repository: Repository, commit: str, paths: Iterable[str]) -> None:
    """Bring index and work tree of the paths to the commit."""
    entries = {path: entry for path, entry in repository.tree(commit, paths).items() if path in set(paths)}
    repository.git.run("update-index", "-z", "--index-info", input=index_lines(entries))
    written = _written(repository, entries)
    for path, entry in entries.items():
        if written.get(path) != entry.blob_id:
            data = repository.git.run("cat-file", "--filters", f"--path={path}", entry.blob_id).out
            _replace(os.path.join(repository.root, path), data)


def _replace(path: str, data: bytes) -> None:
    """Replace a file in one step, so that a server that watches it never meets half of it; its mode stays."""
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".freshboot-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        with suppress(FileNotFoundError):
            os.chmod(temporary, stat.S_IMODE(os.stat(path).st_mode))
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
