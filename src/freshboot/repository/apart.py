"""Git over the repository's objects and nobody's settings: what a commit's own attributes make of its files.

No configuration is read, the repository's ``config`` and ``info/attributes`` no more than the user's. So git
knows of no filter driver that it could run, and says what it would say on any other machine.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from freshboot.repository.git import Git, Result
from freshboot.repository.repository import Repository

_ATTRIBUTES = ".gitattributes"


class Apart:
    """A git folder of its own over the objects of a repository; its work tree is empty."""

    def __init__(self, repository: Repository, room: str) -> None:
        self.work_tree = os.path.join(room, "work")
        os.mkdir(self.work_tree)
        settings = {
            "HOME": room,
            "XDG_CONFIG_HOME": room,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": "0",
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_DIR": os.path.join(room, "git"),
            "GIT_WORK_TREE": self.work_tree,
        }
        own_objects = Git(self.work_tree, settings)
        own_objects.run("init", "--quiet", "--template=", f"--object-format={repository.object_format}")
        objects = os.path.join(repository.common_dir, "objects")
        self._git = Git(self.work_tree, {**settings, "GIT_OBJECT_DIRECTORY": objects})

    def run(self, *args: str, paths: Collection[str] | None = None, check: bool = True) -> Result:
        """Run ``git *args``, with the paths on its input as ``-z --stdin`` reads them."""
        given = None if paths is None else "".join(f"{path}\0" for path in paths)
        data = None if given is None else given.encode("utf-8", "surrogateescape")
        return self._git.run(*args, input=data, check=check)

    def attribute(self, name: str, paths: Collection[str]) -> Mapping[str, str]:
        """One attribute of each path as the commit sets it, by git's words."""
        listed = self.run("check-attr", "--cached", "-z", "--stdin", name, paths=paths).records
        return dict(zip(listed[0::3], listed[2::3], strict=True))


@contextmanager
def apart(repository: Repository, commit: str) -> Iterator[Apart]:
    """Git with the commit's files in its index, in a folder that is gone afterwards.

    :raises UnknownRevisionError: there is no such commit.
    :raises RemoteError: a partial clone could not fetch the attributes.
    """
    if repository.is_partial:
        entries = repository.tree(commit).items()
        repository.obtain(one.blob_id for path, one in entries if path.rpartition("/")[2] == _ATTRIBUTES)
    with tempfile.TemporaryDirectory(prefix="freshboot-") as room:
        made = Apart(repository, room)
        made.run("read-tree", repository.resolve(commit))
        yield made
