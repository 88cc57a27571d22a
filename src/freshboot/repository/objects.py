"""GitPython's object model over this repository, deaf to the caller's environment as our own door is.

GitPython asks ``os.environ`` for GIT_DIR, GIT_COMMON_DIR, GIT_OBJECT_DIRECTORY and GIT_WORK_TREE, and passes
the whole of it on to every git process that it starts. Here git has already said where the repository lies,
and processes get the scrubbed environment.
"""

from __future__ import annotations

import os
import subprocess
from typing import Any

import git
from git.db import GitCmdObjectDB

from freshboot.repository.git import environment


class Command(git.Git):
    """How the object model starts git: only ``cat-file`` and ``interpret-trailers``, talked to by pipe."""

    # GitPython's own signature is twenty overloads long; one door needs no more of it than this.
    def execute(self, command: Any, istream: Any = None, *_: Any, **options: Any) -> Any:
        """Start ``command`` as GitPython would, but for the environment.

        :raises TypeError: it is not to be talked to by pipe: commands go through ``repository.git``.
        """
        if not options.get("as_process"):
            raise TypeError("a command goes through repository.git")
        process = subprocess.Popen(
            command,
            cwd=self.working_dir,
            env=environment(),
            stdin=istream or subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        return self.AutoInterrupt(process, command)


class Objects(git.Repo):
    """A repository whose folders are known, opened without looking at the environment."""

    def __init__(self, root: str, git_dir: str, common_dir: str) -> None:
        self.working_dir = self._working_tree_dir = root
        self.git_dir = git_dir
        self._common_dir = common_dir
        self._bare = False
        self.git = Command(root)
        self.odb = GitCmdObjectDB(os.path.join(common_dir, "objects"), self.git)


def commit(repository: Objects, commit_id: str) -> git.Commit:
    """The commit of this full id, read when it is looked at."""
    return git.Commit(repository, bytes.fromhex(commit_id))
