"""The clean clone: what a host would get of one commit, and nothing of the work tree."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from freshboot.repository.git import Git
from freshboot.repository.repository import Repository
from freshboot.repository.tree import SUBMODULE

# A host knows nothing of the developer's settings: hooks, line endings, templates.
_NO_CONFIGURATION = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def clean_clone(repository: Repository, commit: str, branch: str, folder: Path) -> Repository:
    """A repository in the new ``folder`` whose one branch is at the commit; its objects are only referred to.

    No file is checked out. What a shallow clone lacks is lacking here as well; of a partial one there is this
    commit alone.

    :raises RemoteError: a partial clone could not fetch the commit's files.
    :raises GitError: git failed.
    """
    folder.mkdir(parents=True)
    git = Git(str(folder), _NO_CONFIGURATION)
    named = (f"--initial-branch={branch}", f"--object-format={repository.object_format}")
    git.run("init", "--quiet", "--template=", *named)
    own, theirs = folder / ".git", Path(repository.common_dir)
    (own / "objects" / "info").mkdir(exist_ok=True)
    (own / "objects" / "info" / "alternates").write_bytes(os.fsencode(theirs / "objects") + b"\n")
    if repository.is_partial:
        files = repository.tree(commit).values()
        repository.obtain(one.blob_id for one in files if one.mode != SUBMODULE)
        (own / "shallow").write_text(f"{commit}\n")
    elif (theirs / "shallow").is_file():
        shutil.copyfile(theirs / "shallow", own / "shallow")
    git.run("update-ref", f"refs/heads/{branch}", commit)
    return Repository.open(folder)


def check_out(clone: Repository) -> None:
    """Write the commit's files, for an installer to read.

    :raises GitError: git failed.
    """
    Git(clone.root, _NO_CONFIGURATION).run("reset", "--quiet", "--hard")


def uncommitted(repository: Repository) -> int:
    """How many paths of the work tree differ from what is checked out, untracked files among them."""
    asked = repository.git.run("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all")
    return len(asked.records)
