"""The user's own files at the marks: what they hold beside the commit, and how they follow a publish."""

from __future__ import annotations

import glob
import os
import stat
import tempfile
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack, suppress
from enum import Enum

from freshboot.errors import FreshbootError
from freshboot.repository.commits import Marks, absent, changes_stamps_only, index_lines, plain_files
from freshboot.repository.errors import ForeignChangesError
from freshboot.repository.git import GitError, printable
from freshboot.repository.repository import Repository
from freshboot.repository.tree import FILE_MODES, SUBMODULE, Entry, blobs

_CONFLICT = "conflict"
_PREFIX, _SUFFIX = ".freshboot-", ".new"
"""The name of a file that is about to take another one's place."""


class Local(Enum):
    """What became of the local branch after a publish."""

    FOLLOWED = "followed"  # branch, index and marked files are at the published commit
    BEHIND = "behind"  # it could not follow safely: git pull
    DETACHED = "detached"  # there is no branch to follow


def refuse_foreign_changes(repository: Repository, commit: str, marks: Marks) -> None:
    """See to it that the marks' files hold nothing, staged or not, that differs from the commit but a stamp.

    :raises ForeignChangesError: one does; it would be published under a stamp's name, or lost.
    :raises UnstampableError: a mark's path is no plain file.
    """
    foreign = foreign_changes(repository, commit, marks)
    if foreign:
        raise ForeignChangesError(
            f"changes other than a stamp in {', '.join(map(printable, foreign))}",
            "commit them, or put them aside with git stash",
        )


def foreign_changes(repository: Repository, commit: str, marks: Marks) -> list[str]:
    """The marks' paths whose index or work tree differs from ``commit`` by more than a stamp.

    Git's own status is not asked: it leaves out files that the user told it to assume unchanged.
    """
    committed = plain_files(repository, commit, marks.paths)
    staged, omitted = _staged(repository, marks.paths)
    entries = (*committed.values(), *staged.values())
    contents = blobs(repository.git, [entry.blob_id for entry in entries if entry.mode != SUBMODULE])

    def is_stamped(path: str, before: bytes | None, after: bytes | None) -> bool:
        return after == before or (after is not None and marks.differ_by_stamp(path, before, after))

    def is_foreign(path: str) -> bool:
        old, new = committed.get(path), staged.get(path)
        before, after = (None if one is None else contents.get(one.blob_id) for one in (old, new))
        return (
            (new is not None and new.mode not in FILE_MODES)
            or (old is not None and new is not None and old.mode != new.mode)
            or not is_stamped(path, before, after)
            or not any(is_stamped(path, before, form) for form in _written(repository, path, before, omitted))
        )

    return [path for path in sorted(marks.paths) if is_foreign(path)]


def follow(repository: Repository, branch: str, base: str, commit: str, marks: Marks) -> Local:
    """Bring branch, index and marked files from ``base`` to the published ``commit``, where that is safe.

    Other files are not looked at: they are the same in both commits. What the user changes meanwhile wins.
    Nothing is raised: the commit is published, whatever is the matter here.
    """
    here = repository.branch
    if here is None:
        return Local.DETACHED
    with suppress(FreshbootError, OSError):
        if here == branch and repository.head == base and not foreign_changes(repository, base, marks):
            _bring_along(repository, branch, base, commit, marks)
            return Local.FOLLOWED
    return Local.BEHIND


def follow_stamps(repository: Repository, branch: str, commit: str, marks: Marks) -> Local | None:
    """As :func:`follow`, from HEAD on, where nothing but stamps lies between; else None.

    So does a run that goes on after a kill: what the killed one had published is on the remote already.
    """
    head = repository.head
    with suppress(FreshbootError):
        if repository.is_ancestor(head, commit) and changes_stamps_only(repository, head, commit, marks):
            changed = repository.git.run("diff-tree", "-r", "-z", "--name-only", head, commit).records
            return follow(repository, branch, head, commit, marks.and_beside(frozenset(changed)))
    return None


def _bring_along(repository: Repository, branch: str, base: str, commit: str, marks: Marks) -> None:
    """The branch moves last: a kill before that leaves a stamp in the files, as ``freshboot stamp`` does."""
    old, new = (plain_files(repository, one, marks.paths) for one in (base, commit))
    gone, made = old.keys() - new.keys(), new.keys() - old.keys()
    with ExitStack() as undo:
        _write(repository, new, undo)
        _stage(repository, {**new, **absent(gone, commit)})
        undo.callback(_unstage, repository, {**old, **absent(made, commit)})
        _move(repository, branch, base, commit)
        undo.pop_all()
    for path in gone:
        with suppress(OSError):
            os.unlink(os.path.join(repository.root, path))


def _move(repository: Repository, branch: str, old: str, new: str) -> None:
    """Move the branch; an error if it is not (or no longer) at ``old``."""
    repository.git.run("update-ref", "-m", "freshboot: publish", f"refs/heads/{branch}", new, old)


def _staged(repository: Repository, paths: Iterable[str]) -> tuple[Mapping[str, Entry], set[str]]:
    """The index's entries (of a conflict with a mode that no file has), and what a sparse checkout omits."""
    entries, omitted = {}, set()
    listed = repository.git.run("--literal-pathspecs", "ls-files", "--stage", "-t", "-z", "--", *paths)
    for record in listed.records:
        facts, _, path = record.partition("\t")
        tag, mode, blob_id, stage = facts.split(" ")
        entries[path] = Entry(mode if stage == "0" else _CONFLICT, blob_id)
        if tag == "S":
            omitted.add(path)
    return entries, omitted


def _written(
    repository: Repository, path: str, committed: bytes | None, omitted: Collection[str]
) -> list[bytes | None]:
    """The work tree's file as it is, and where that is not the committed form, as ``git add`` would store it.

    Either may be what a commit holds: filters turn CRLF to LF on the way in, but not for a file that has CRLF
    in the commit already. None stands for no file, and nothing at all for what is no plain file.
    """
    try:
        if not stat.S_ISREG(os.lstat(os.path.join(repository.root, path)).st_mode):
            return []
    except OSError:
        return [committed if path in omitted else None]
    with open(os.path.join(repository.root, path), "rb") as file:
        raw = file.read()
    if raw == committed:
        return [raw]
    stored = repository.git.run("-c", "core.safecrlf=false", "hash-object", "-w", "--", path).text
    return [raw, blobs(repository.git, (stored,))[stored]]


def _stage(repository: Repository, entries: Mapping[str, Entry]) -> None:
    repository.git.run("update-index", "-z", "--index-info", input=index_lines(entries))


def _unstage(repository: Repository, entries: Mapping[str, Entry]) -> None:
    with suppress(GitError):
        _stage(repository, entries)


def _write(repository: Repository, entries: Mapping[str, Entry], undo: ExitStack) -> None:
    """Bring the work tree's files to the entries, in the form that a checkout gives them."""
    for path, entry in entries.items():
        data = repository.git.run("cat-file", "--filters", f"--path={path}", entry.blob_id).out
        target = os.path.join(repository.root, path)
        before = _read(target)
        if before is None:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "xb") as file:
                file.write(data)
        elif before != data:
            _replace(target, data)
        if before != data:
            undo.callback(_put_back, target, before, data)


def _put_back(path: str, before: bytes | None, written: bytes) -> None:
    """Undo what was written, if nobody has written anything else since."""
    with suppress(OSError):
        if _read(path) != written:
            return
        if before is None:
            os.unlink(path)
        else:
            _replace(path, before)


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _replace(path: str, data: bytes) -> None:
    """Replace a file in one step, so that a server that watches it never meets half of it; its mode stays."""
    folder = os.path.dirname(path)
    for left_over in glob.glob(f"{_PREFIX}*{_SUFFIX}", root_dir=folder):
        os.unlink(os.path.join(folder, left_over))  # by a run that was killed
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=_PREFIX, suffix=_SUFFIX)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, stat.S_IMODE(os.stat(path).st_mode))
        os.replace(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
