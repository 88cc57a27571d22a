"""A repository as the rest of freshboot sees it: commits, branches, the remote, and what a commit holds."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from freshboot.repository import errors, refusals, tree
from freshboot.repository.git import REMOTE_SECONDS, Git, GitMissingError, GitTimeoutError, failure

if TYPE_CHECKING:
    import git as gitpython

    from freshboot.repository.objects import Objects

_QUESTIONS = (
    "--is-bare-repository",
    "--is-inside-work-tree",
    "--show-toplevel",
    "--absolute-git-dir",
    "--git-common-dir",
    "--show-object-format",
    "HEAD",
)


@dataclass(frozen=True)
class Repository:
    """An opened repository. What can change (HEAD, branches, remotes) is asked of git every time.

    ``object_format`` is ``sha1`` or ``sha256``; ``remote`` the remote's name where the caller knows it. One
    thread at a time: the object model talks to one long-lived git process.
    """

    root: str
    git_dir: str
    common_dir: str
    object_format: str
    remote: str | None = None

    @classmethod
    def open(cls, path: str | os.PathLike[str], remote: str | None = None) -> Repository:
        """Open the repository that ``path`` lies in.

        :raises RepositoryError: there is none, it has no work tree, or no commit yet.
        :raises GitError: git refuses it, or there is no git.
        """
        folder = os.path.abspath(path)
        asked = Git(folder).run("rev-parse", "--path-format=absolute", *_QUESTIONS, check=False)
        answers = asked.text.splitlines()
        if "not a git repository" in asked.err:
            raise errors.NoRepositoryError(
                f"there is no git repository at {folder}", "run git init, or name its folder"
            )
        if answers[:1] == ["--path-format=absolute"]:
            raise GitMissingError("git is older than 2.31", "install git 2.31 or later")
        if answers[:1] == ["true"]:
            raise errors.BareRepositoryError(
                f"{folder} is a bare repository", "clone it, and work in the clone"
            )
        if answers[1:2] == ["false"]:
            raise errors.BareRepositoryError(
                f"{folder} is git's own folder", "name the folder of the work tree"
            )
        if asked.code != 0 and len(answers) >= len(_QUESTIONS) - 1:
            raise errors.EmptyRepositoryError(f"{folder} has no commit yet", "commit the app's files first")
        if asked.code != 0:
            raise failure(("rev-parse",), asked, folder)
        if len(answers) != len(_QUESTIONS):
            raise errors.RepositoryError(f"{folder!r} has a line break in its path", "move the repository")
        _, _, root, git_dir, common_dir, object_format, _ = answers
        return cls(root, git_dir, common_dir, object_format, remote)

    @property
    def git(self) -> Git:
        """The door to the git command, at the root."""
        return Git(self.root)

    @cached_property
    def objects(self) -> Objects:
        """GitPython's view of the repository, imported when it is first needed (0.2 s)."""
        from freshboot.repository.objects import Objects

        return Objects(self.root, self.git_dir, self.common_dir)

    @property
    def head(self) -> str:
        """The full id of the commit that is checked out."""
        return self.resolve("HEAD")

    @property
    def branch(self) -> str | None:
        """The branch that is checked out; None when HEAD is detached."""
        name = self.git.run("symbolic-ref", "--quiet", "HEAD", check=False).text
        return name.removeprefix("refs/heads/") if name.startswith("refs/heads/") else None

    @property
    def is_shallow(self) -> bool:
        """Whether the history was cut off by a shallow clone."""
        return self.git.run("rev-parse", "--is-shallow-repository").text == "true"

    @property
    def is_partial(self) -> bool:
        """Whether the clone left out blobs, which git then fetches one by one as they are read."""
        asked = r"^(extensions\.partialclone|remote\..*\.promisor)$"
        return self.git.run("config", "--get-regexp", asked, check=False).code == 0

    @property
    def remote_name(self) -> str | None:
        """The remote to push to: as opened, as the branch is configured, ``origin``, or the only one."""
        names = self.git.run("remote").text.split()
        if self.remote is not None:
            return self.remote if self.remote in names else None
        wanted = (*self._configured_remotes(), "origin", *(names if len(names) == 1 else ()))
        return next((name for name in wanted if name in names), None)

    @property
    def remote_url(self) -> str | None:
        """The remote's address as git resolves it, without user name and password; None without a remote."""
        name = self.remote_name
        if name is None:
            return None
        url = self.git.run("remote", "get-url", name).text
        scheme, separator, rest = url.partition("://")
        host, slash, path = rest.partition("/")
        return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}" if separator else url

    def tip(self, branch: str) -> str | None:
        """The remote branch's commit as last seen; None if it never was."""
        return self._look_up(f"refs/remotes/{self.remote_name}/{branch}")

    def fetch(self, branch: str) -> str:
        """Fetch the remote branch, and return its commit.

        :raises NoRemoteError: there is no remote.
        :raises RemoteError: the remote is out of reach, or has no such branch.
        """
        remote = self.required_remote()
        here = f"refs/remotes/{remote}/{branch}"
        fetched = self._fetch(remote, f"+refs/heads/{branch}:{here}")
        tip = self._look_up(here)
        # Another fetch in the same clone may hold the lock: what it wrote is as new as what we would write.
        if tip is None or (fetched is not None and not refusals.is_lost_race(fetched)):
            raise refusals.refusal(f"{branch} could not be fetched from {remote}", fetched or "")
        return tip

    def deepen(self, branch: str) -> None:
        """Fetch the history that a shallow clone left out; without its blobs, where the remote can do that.

        :raises NoRemoteError: there is no remote.
        :raises RemoteError: the remote is out of reach, or refuses.
        """
        remote = self.required_remote()
        refspec = f"+refs/heads/{branch}:refs/remotes/{remote}/{branch}"
        complaint = self._fetch(remote, refspec, "--unshallow", "--filter=blob:none")
        if complaint is not None:
            raise refusals.refusal(f"the history of {branch} could not be fetched from {remote}", complaint)

    def require(self, commit: str) -> None:
        """See to it that a commit is here which a shallow clone may have left out, by its full id.

        :raises NoRemoteError: there is no remote.
        :raises RemoteError: the remote is out of reach, or does not give it.
        """
        if self._look_up(commit) is None:
            remote = self.required_remote()
            complaint = self._fetch(remote, commit, "--depth=1")
            if complaint is not None:
                raise refusals.refusal(f"{commit[:7]} could not be fetched from {remote}", complaint)

    def obtain(self, blob_ids: Iterable[str]) -> None:
        """See to it that blobs are here which a partial clone may have left out, all in one go.

        :raises NoRemoteError: there is no remote.
        :raises RemoteError: the remote is out of reach, or does not give them.
        """
        wanted = "".join(f"{one}\n" for one in sorted(set(blob_ids)))
        if wanted and self.is_partial:
            remote = self.required_remote()
            complaint = self._fetch(remote, "--stdin", "--filter=blob:none", input=wanted.encode())
            if complaint is not None:
                raise refusals.refusal(f"contents could not be fetched from {remote}", complaint)

    def required_remote(self) -> str:
        """The remote's name.

        :raises NoRemoteError: there is none, or it is not clear which is meant.
        """
        name = self.remote_name
        if name is not None:
            return name
        if self.remote is not None:
            raise errors.NoRemoteError(f"there is no remote {self.remote}", "name one of: git remote")
        if self.git.run("remote").text:
            raise errors.NoRemoteError(
                "there are several remotes and none is origin", "name one in the configuration"
            )
        raise errors.NoRemoteError("the repository has no remote", "git remote add origin URL")

    def resolve(self, revision: str) -> str:
        """The full id of the commit that a revision names.

        :raises UnknownRevisionError: there is no such commit here.
        """
        commit = self._look_up(revision)
        if commit is None:
            raise errors.UnknownRevisionError(
                f"there is no commit {revision!r} here", "fetch it, or name another"
            )
        return commit

    def commit_called(self, start: str) -> str | None:
        """The full id of the one commit whose id starts so, in hexadecimal; a branch of that name is none."""
        objects = self.git.run("rev-parse", f"--disambiguate={start}").text.split()
        found = [one for one in objects if one.startswith(start) and self._look_up(one) == one]
        return found[0] if len(found) == 1 else None

    def seen(self, branch: str) -> list[str]:
        """The commits that the remote branch was at whenever this clone looked, as git still knows."""
        name = f"refs/remotes/{self.remote_name}/{branch}"
        walked = self.git.run("rev-list", "--walk-reflogs", name, check=False)
        if walked.code != 0 or not walked.text:
            return []
        told = walked.text.split()
        first = self._look_up(f"{name}@{{{len(told)}}}")  # what it was before the first change on record
        return list(dict.fromkeys((*told, *([first] if first else []))))

    def is_ancestor(self, ancestor: str, commit: str) -> bool:
        """Tell whether ``commit`` has ``ancestor`` in its history, or is it."""
        answer = self.git.run("merge-base", "--is-ancestor", ancestor, commit, check=False)
        if answer.code > 1:
            raise failure(("merge-base",), answer, self.root)
        return answer.code == 0

    def later(self, commit: str, branch: str) -> list[str]:
        """The commits after ``commit`` on the remote branch as last seen: first parents, newest first."""
        tip = self.tip(branch)
        return [] if tip is None else self.between(commit, tip)

    def between(self, commit: str, tip: str, saying: str = "") -> list[str]:
        """The first-parent commits of ``tip`` that ``commit`` does not hold, newest first.

        Where ``saying`` is given, only those whose message holds it.
        """
        search = ("--fixed-strings", f"--grep={saying}") if saying else ()
        return self.git.run("rev-list", "--first-parent", *search, tip, f"^{commit}").text.split()

    def tree(self, commit: str, paths: Iterable[str] | None = None) -> Mapping[str, tree.Entry]:
        """Every path of a commit (or only these), with mode and blob id."""
        return tree.tree(self.git, commit, paths)

    def read(self, commit: str, path: str) -> bytes | None:
        """The bytes of a file in a commit (a symlink's are its link text); None if it has no such file."""
        return self.read_all(commit, (path,)).get(path)

    def read_all(self, commit: str, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of those of the files that the commit has, read in one go."""
        wanted = set(paths)
        ids = {
            path: entry.blob_id
            for path, entry in self.tree(commit, wanted).items()
            if path in wanted and entry.mode != tree.SUBMODULE
        }
        contents = tree.blobs(self.git, ids.values())
        return {path: contents[blob_id] for path, blob_id in ids.items()}

    def commit(self, revision: str) -> gitpython.Commit:
        """A commit as GitPython's object: author, date, summary, trailers.

        :raises UnknownRevisionError: there is no such commit here.
        :raises ObjectFormatError: GitPython knows SHA-1 only.
        """
        if self.object_format != "sha1":
            raise errors.ObjectFormatError(
                "commits of a SHA-256 repository cannot be read by GitPython",
                "use a SHA-1 repository, as GitHub does",
            )
        from freshboot.repository import objects

        return objects.commit(self.objects, self.resolve(revision))

    def _look_up(self, revision: str) -> str | None:
        found = self.git.run("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", check=False)
        return found.text or None

    def _configured_remotes(self) -> tuple[str, ...]:
        branch = self.branch
        if branch is None:
            return ()
        chosen = "%(push:remotename)%00%(upstream:remotename)"
        return tuple(
            self.git.run("for-each-ref", f"--format={chosen}", f"refs/heads/{branch}").text.split("\0")
        )

    def _fetch(self, remote: str, refspec: str, *options: str, input: bytes | None = None) -> str | None:  # noqa: A002
        """Fetch one ref without housekeeping; None, or git's messages where it failed.

        ``--stdin`` in the place of the ref reads any number of them from ``input``.
        """
        quietly = ("--quiet", "--no-tags", "--no-prune", "--no-recurse-submodules", "--no-write-fetch-head")
        housekeeping = ("-c", "gc.auto=0", "-c", "maintenance.auto=false")
        try:
            fetched = self.git.run(
                *housekeeping,
                "fetch",
                *quietly,
                *options,
                remote,
                refspec,
                input=input,
                check=False,
                timeout=REMOTE_SECONDS,
            )
        except GitTimeoutError as error:
            raise errors.RemoteGoneError(f"{remote} did not answer: {error.message}", error.remedy) from error
        return None if fetched.code == 0 else fetched.err
