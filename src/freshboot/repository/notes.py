"""The ledger's notes: lines that are kept with commits, shared with the remote, and merged without loss.

They are git notes (``git notes --ref=freshboot show``). A note is a set of lines, kept sorted; two writers'
notes are merged to the union of their lines, as ``git notes merge --strategy=cat_sort_uniq`` does it. Lines
are only ever added: nothing is forced, and no branch, index or work tree is looked at or touched.

Every change is a commit that is complete before the ref moves onto it, if the ref still holds what the change
was made on. So it does no harm to be killed anywhere: what is left is objects that nothing names.
"""

from __future__ import annotations

import os
import random as randomness
import re
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from freshboot.errors import FreshbootError
from freshboot.repository import errors, refusals
from freshboot.repository.commits import BOT, Change, build
from freshboot.repository.git import GitError, GitTimeoutError, Result, complaint, failure, redact
from freshboot.repository.pushing import pause
from freshboot.repository.repository import Repository
from freshboot.repository.tree import blobs, tree

REF = "refs/notes/freshboot"

_ATTEMPTS, _LOCAL_ATTEMPTS = 8, 6
_REMOTE_SECONDS = 60.0
"""Of a command that talks to the remote: a record is not worth a longer wait."""
_LOCK_SECONDS = 600.0
"""No git holds the lock of this ref so long, by far: whoever made it was killed."""
_FETCH = (
    *("-c", "gc.auto=0", "-c", "maintenance.auto=false", "fetch", "--quiet", "--no-tags", "--no-prune"),
    *("--no-recurse-submodules", "--no-write-fetch-head"),
    "--refmap=",  # some configure +refs/notes/*:refs/notes/*, which throws away what was not pushed yet
    "--no-filter",  # a partial clone would fetch note by note what it left out
)
_NOTE = re.compile(r"(?:[0-9a-f]{2}/)*[0-9a-f]+\Z")
_MOVED = re.compile(r"but expected|already exists|File exists")
_MESSAGE = "Record rollouts\n"
_NOT_HERE = "the rollout itself does not depend on it; `ledger: false` does without"
_FETCH_REMEDY = f"look at the network, and run git fetch origin {REF} once by hand to see all that it says"
_FETCH_REMEDIES: Mapping[type[errors.RemoteError], str] = {
    errors.NoPermissionError: "give the token or key the right to read the repository",
    errors.ProtectedBranchError: _FETCH_REMEDY,
    errors.RejectedError: _FETCH_REMEDY,
}
_PUSH_REMEDIES: Mapping[type[errors.RemoteError], str] = {
    errors.NoPermissionError: "give the token or key the right to push (in a workflow: permissions: contents:"
    f" write); {_NOT_HERE}",
    errors.ProtectedBranchError: f"let freshboot push {REF}; {_NOT_HERE}",
    errors.RejectedError: f"let freshboot push {REF}; {_NOT_HERE}",
}

Places = Mapping[str, str]
"""The blobs of one note by their paths. Git reads a note from any fan-out of folders, and from several."""


@dataclass(frozen=True)
class Notes:
    """The notes of one repository; ``clock`` gives the time of a change (UTC).

    ``remote_seconds`` is the limit of one command that talks to the remote.
    """

    repository: Repository
    clock: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = randomness.random
    remote_seconds: float = _REMOTE_SECONDS

    def read(self) -> Mapping[str, tuple[str, ...]]:
        """The lines of every commit's note, as this repository has them.

        :raises GitError: a note is not here.
        """
        tip = self._tip()
        if tip is None:
            return {}
        lines = self._lines({commit: places.values() for commit, places in self._places(tip).items()})
        return {
            commit: tuple(one.decode("utf-8", "replace") for one in sorted(found))
            for commit, found in lines.items()
        }

    def record(self, commit: str, line: str) -> None:
        """Add a line to a commit's note, here and on the remote.

        :raises RepositoryError: there is no remote; the line is kept here.
        :raises RemoteError: the remote refuses, or is out of reach; the line is kept here.
        :raises GitError: the line could not be kept.
        """
        unfetched: FreshbootError | None = None
        if self._tip() is None:  # a fresh clone: its first line is to stand on the remote's
            try:
                self.fetch()
            except (errors.RemoteError, errors.RepositoryError) as error:
                unfetched = error
        self.add(commit, line)
        if unfetched:
            raise unfetched
        self.share()

    def add(self, commit: str, line: str) -> None:
        """Add a line to a commit's note in this repository.

        :raises GitError: git could not write it.
        """
        if "\n" in line or not line.strip():
            raise ValueError(f"not a line: {line!r}")
        self._move(lambda tip: self._with_line(tip or self._root(), commit, line.encode()))

    def fetch(self) -> str | None:
        """Bring in the remote's notes; the commit that they are at there, None where there are none.

        :raises RepositoryError: there is no remote.
        :raises RemoteError: the remote is out of reach.
        """
        return self._fetch(self.repository.required_remote())

    def share(self) -> None:
        """Bring in the remote's notes, and push what it has not got; again where somebody else was first.

        :raises RepositoryError: there is no remote.
        :raises RemoteError: the remote refuses, or is out of reach.
        """
        remote = self.repository.required_remote()
        for attempt in range(1, _ATTEMPTS + 1):
            theirs = self._fetch(remote)
            ours = self._tip()
            if ours is None or ours == theirs or self._push(remote, ours):
                return
            self.sleep(pause(attempt, self.random()))
        raise errors.LostRaceError(
            f"{_ATTEMPTS} pushes of the ledger in a row came too late or broke off",
            "the next rollout pushes what was not pushed",
        )

    def _fetch(self, remote: str) -> str | None:
        listed = self._ask("ls-remote", remote, REF).text.splitlines()
        theirs = next((one.removesuffix(f"\t{REF}") for one in listed if one.endswith(f"\t{REF}")), None)
        if theirs is not None:
            if not self._holds(theirs):
                self._ask(*_FETCH, remote, REF)
            self._move(lambda ours: self._joined(ours, theirs))
        return theirs

    def _push(self, remote: str, commit: str) -> bool:
        """Push; False where it was too late, or where nobody knows whether it arrived.

        The repository's pre-push hook is not run: what it looks at is not pushed here.
        """
        options = ("--porcelain", "--no-verify", "--no-follow-tags", "--no-recurse-submodules")
        try:
            pushed = self._run("push", *options, remote, f"{commit}:{REF}")
        except GitTimeoutError:
            return False
        rejected = "\n".join(line for line in redact(pushed.text).splitlines() if line.startswith("!"))
        if pushed.code == 0:
            return True
        if refusals.is_lost_race(rejected) or (not rejected and refusals.is_cut_off(pushed.err)):
            return False
        said = pushed.err.partition("error: failed to push")[0]
        raise _refusal(f"{remote} does not take the ledger", f"{said}\n{rejected}", _PUSH_REMEDIES)

    def _joined(self, ours: str | None, theirs: str) -> str:
        """The commit that has the lines of both, and both in its history where that is needed."""
        is_ancestor = self.repository.is_ancestor
        if ours is None or is_ancestor(ours, theirs):
            return theirs
        if is_ancestor(theirs, ours):
            return ours
        here, there = self._places(ours), self._places(theirs)
        both = {
            commit: {*places.values(), *there.get(commit, {}).values()}
            for commit, places in here.items()
            if {*places.values()} != {*there.get(commit, {}).values()}
        }
        files = {_place(commit, there): _text(lines) for commit, lines in self._lines(both).items()}
        change = Change(files, _MESSAGE, self.clock())
        return build(self.repository, theirs, change, BOT, (theirs, ours)) or theirs

    def _with_line(self, tip: str, commit: str, line: bytes) -> str:
        places = self._places(tip)
        lines = self._lines({commit: places.get(commit, {}).values()})[commit] | {line}
        change = Change({_place(commit, places): _text(lines)}, _MESSAGE, self.clock())
        return build(self.repository, tip, change) or tip

    def _root(self) -> str:
        """The commit that every ledger begins with, the same everywhere: any two of them are related."""
        empty = self._git("hash-object", "-w", "-t", "tree", "--stdin", input=b"").text
        began = {f"GIT_{role}_DATE": "@0 +0000" for role in ("AUTHOR", "COMMITTER")}
        identity = ("-c", f"user.name={BOT.name}", "-c", f"user.email={BOT.email}")
        return self._git(*identity, "commit-tree", empty, input=b"Begin the ledger\n", env=began).text

    def _move(self, make: Callable[[str | None], str]) -> None:
        """Move the ref to what ``make`` gives for what it holds; again where it was moved meanwhile."""
        said = ""
        for attempt in range(1, _LOCAL_ATTEMPTS + 1):
            old = self._tip()
            new = make(old)
            if new == old:
                return
            args = ("update-ref", "-m", "freshboot: ledger", REF, new, old or "0" * len(new))
            moved = self.repository.git.run(*args, check=False)
            if moved.code == 0:
                return
            said = complaint(moved.err)
            if not _MOVED.search(said):
                raise failure(args, moved, self.repository.root)
            if not self._break_old_lock():
                self.sleep(pause(attempt, self.random()))
        raise GitError(f"the ledger cannot be written: {said}", "see that no other git works on it")

    def _break_old_lock(self) -> bool:
        """Take away the lock that a killed git left; nobody but freshboot ever locks this ref."""
        lock = os.path.join(self.repository.common_dir, *f"{REF}.lock".split("/"))
        with suppress(FileNotFoundError):
            if self.clock().timestamp() - os.stat(lock).st_mtime > _LOCK_SECONDS:
                os.unlink(lock)
                return True
        return False

    def _tip(self) -> str | None:
        return self._git("rev-parse", "--verify", "--quiet", f"{REF}^{{commit}}", check=False).text or None

    def _holds(self, commit: str) -> bool:
        """Whether the ref's history has a commit; one that is here besides it may be here in part.

        Git is not asked about the commit itself: in a partial clone it would fetch it on the spot, in part.
        """
        return commit in self._git("rev-list", REF, check=False).text.split()

    def _places(self, tip: str) -> Mapping[str, Places]:
        """Where each commit's note lies."""
        found: dict[str, dict[str, str]] = {}
        for path, entry in tree(self.repository.git, tip).items():
            commit = path.replace("/", "")
            if _NOTE.match(path) and len(commit) == len(tip):
                found.setdefault(commit, {})[path] = entry.blob_id
        return found

    def _lines(self, ids: Mapping[str, Collection[str]]) -> Mapping[str, set[bytes]]:
        """The lines of each commit's blobs, all of them read in one go."""
        try:
            contents = blobs(self.repository.git, [one for several in ids.values() for one in several])
        except KeyError as error:
            raise GitError(
                f"the ledger's note {error.args[0][:7]} is not here", f"git fetch origin {REF}:{REF}"
            ) from error
        return {
            commit: {line for one in several for line in contents[one].split(b"\n") if line.strip()}
            for commit, several in ids.items()
        }

    def _ask(self, *args: str) -> Result:
        """Run a command that reads from the remote."""
        try:
            asked = self._run(*args)
        except GitTimeoutError as error:
            raise errors.RemoteGoneError(
                f"the remote did not answer: {error.message}", error.remedy
            ) from None
        if asked.code != 0:
            raise _refusal("the ledger could not be fetched", asked.err, _FETCH_REMEDIES)
        return asked

    def _run(self, *args: str) -> Result:
        return self.repository.git.run(*args, check=False, timeout=self.remote_seconds)

    @property
    def _git(self) -> Callable[..., Result]:
        return self.repository.git.run


def _place(commit: str, places: Mapping[str, Places]) -> str:
    """Where a commit's note is written: where it lies, else as git does it from some hundreds of notes on."""
    return next(iter(places.get(commit, ())), f"{commit[:2]}/{commit[2:]}")


def _text(lines: Collection[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in sorted(lines))


def _refusal(
    action: str, messages: str, remedies: Mapping[type[errors.RemoteError], str]
) -> errors.RemoteError:
    error = refusals.refusal(action, messages)
    error.remedy = remedies.get(type(error), error.remedy)
    return error
