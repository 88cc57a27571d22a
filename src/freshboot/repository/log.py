"""The log of one commit along first parents: what each commit changed against the one before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from freshboot.repository.errors import RemoteError, RepositoryError
from freshboot.repository.git import decode
from freshboot.repository.repository import Repository
from freshboot.repository.tree import SUBMODULE

_RAW = ("--raw", "-z", "--no-abbrev", "--diff-merges=first-parent", "--format=%H %ct")
_LOG = ("-c", "log.showRoot=true", "-c", "log.showSignature=false", "log")
_NO_BLOB = ("000000", SUBMODULE)
# Of no content no one can say where it was moved from.
_EMPTY = (
    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
)

# Bounds of the search for renames that changed the file as well, where git reads and compares contents: the
# blobs that are read for it in all, the newest commits first, and the square root of the pairs in one commit.
_MOST_READ = 2000
_MOST_COMPARED = 50
# Where every blob has to be fetched first, only code is worth it: data can be of any size.
_CODE = ":(top,glob)**/*.py"


class Change(NamedTuple):
    """One path of a commit: the blob that the parent holds there and the commit's own; None for no blob."""

    path: str
    before: str | None
    after: str | None


class Step(NamedTuple):
    """One commit: its committer's time (seconds since 1970), its changes, and what it renamed, new → old."""

    commit: str
    time: int
    changes: list[Change]
    renames: dict[str, str]


def read_log(repository: Repository, commit: str) -> list[Step]:
    """The commit and those before it along first parents, newest first; the last one's changes are its tree.

    First parents are what a branch's host has seen: each was the branch's tip, merged commits never were.
    Renames are those of equal bytes, and, within bounds, of similar ones; copies are none.

    :raises GitError: there is no such commit, or git failed.
    """
    records = repository.git.stream(*_LOG, "--first-parent", "-M100%", *_RAW, commit, "--")
    steps = list(_steps(records))
    _add_similar(repository, steps)
    return steps


def _steps(records: Iterator[bytes]) -> Iterator[Step]:
    """Git's records as steps: a commit's own, then for each change one of facts and one or two of paths."""
    step = None
    for record in records:
        text = record.lstrip(b"\n").decode()
        if not text.startswith(":"):
            if step:
                yield step
            commit, time = text.split(" ")
            step = Step(commit, int(time), [], {})
        elif step:
            _note(step, text[1:].split(" "), records)
    if step:
        yield step


def _note(step: Step, facts: list[str], records: Iterator[bytes]) -> None:
    old_mode, new_mode, old, new, status = facts
    before = None if old_mode in _NO_BLOB else old
    after = None if new_mode in _NO_BLOB else new
    path = decode(next(records))
    if status[0] != "R":
        step.changes.append(Change(path, before, after))
        return
    target = decode(next(records))
    step.changes.extend((Change(path, before, None), Change(target, None, after)))
    if after is not None and new not in _EMPTY:
        step.renames[target] = path


def _add_similar(repository: Repository, steps: Iterable[Step]) -> None:
    """Note which of the files that went live on, changed, among those that came in the same commit."""
    partial = repository.is_partial
    asked: dict[str, Step] = {}
    wanted: set[str] = set()
    for step in steps:
        blobs = _unpaired(step, ".py" if partial else "")
        if blobs and len(wanted) + len(blobs) <= _MOST_READ:
            wanted |= blobs
            asked[step.commit] = step
    if partial:
        try:
            repository.obtain(wanted)
        except (RemoteError, RepositoryError):
            return  # the remote does not give them: then only equal bytes tell of a rename
    if asked:
        for found in _similar(repository, asked, ("--", _CODE) if partial else ("--",)):
            known = asked[found.commit].renames
            known.update(found.renames | known)


def _unpaired(step: Step, suffix: str) -> set[str]:
    """The blobs of files that went or came, where there are both and neither is told as renamed."""
    paired = {*step.renames, *step.renames.values()}
    changes = [one for one in step.changes if one.path not in paired and one.path.endswith(suffix)]
    went = {one.before for one in changes if one.after is None and one.before is not None}
    came = {one.after for one in changes if one.before is None and one.after is not None}
    return went | came if went and came else set()


def _similar(repository: Repository, commits: Iterable[str], paths: tuple[str, ...]) -> Iterator[Step]:
    options = ("-M", f"-l{_MOST_COMPARED}", "--diff-filter=R", "--no-walk=unsorted", "--stdin")
    asked = "".join(f"{commit}\n" for commit in commits).encode()
    listed = repository.git.run(*_LOG, *options, *_RAW, *paths, input=asked)
    return _steps(iter(listed.out.split(b"\0")[:-1]))
