"""The server's copy of the repository, and how a push lands in it.

Community Cloud applies a push with ``git pull`` in the running container, without a restart. Here it is done
with ``git reset --hard``: for a fast-forward that writes the same files, and it also follows a rewritten
history.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from freshboot.lab.errors import LabError
from freshboot.lab.git import git

if TYPE_CHECKING:
    from collections.abc import Callable

    from freshboot.lab.remote import Remote

Dependencies: TypeAlias = "tuple[str, tuple[str, ...]] | None"
"""The path of the dependency file that wins and its requirement lines; None where there is none."""

# The order in which Community Cloud looks, first in the entrypoint's folder, then in the root (its
# documentation).
_DEPENDENCY_FILES = ("uv.lock", "Pipfile", "environment.yml", "requirements.txt", "pyproject.toml")

_CHECKOUT_INDEX = ("checkout-index", "-q", "-f", "-z", "--stdin")

_COMMENT = re.compile(r"(^|\s)#.*$")


@dataclass(frozen=True)
class Landing:
    """What a pull is about to do to the disk.

    ``changed`` are the paths that are to get the bytes that they have in ``commit``, ``deleted`` those that
    it does not have any more, ``seconds`` the time over which they land, one after the other.
    """

    commit: str
    changed: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    seconds: float = 0.0


def _batches(landing: Landing) -> list[Landing]:
    """The landing in its steps: all at once, or file by file; what is deleted makes room first."""
    if not landing.seconds:
        return [landing]
    gone = [replace(landing, changed=(), deleted=(path,)) for path in landing.deleted]
    return gone + [replace(landing, changed=(path,), deleted=()) for path in landing.changed]


class Checkout:
    """A clone of the remote in ``folder``, with ``.git``, as it lies in ``/mount/src`` on the server."""

    def __init__(self, remote: Remote, folder: Path, say: Callable[[str], None] = lambda _: None) -> None:
        self.remote = remote
        self.folder = folder
        self._say = say
        self.commit: str | None = None
        """What was deployed last; None before the first clone."""

    async def clone(self, branch: str | None = None) -> None:
        """Make it, in a folder that does not exist yet, of the branch's newest commit (the app's own one)."""
        self.folder.mkdir(parents=True)
        branch = branch or self.remote.branch
        arguments = ("clone", "-q", "--template=", f"--branch={branch}", str(self.remote.path), ".")
        await git(*arguments, folder=self.folder)
        await self._update_submodules()
        self.commit = (await git("rev-parse", "HEAD", folder=self.folder)).strip()

    async def fetch(self, commit: str) -> Landing:
        """Get ``commit`` from the remote and say what it will change on the disk."""
        await git("fetch", "-q", "--no-recurse-submodules", "origin", folder=self.folder)
        # Against the files, not against HEAD: what an earlier pull left out is made good by the next one.
        # What the app itself has written into a submodule, such as bytecode, is none of the push's business.
        options = ("--name-status", "--no-renames", "--ignore-submodules=dirty", "-z")
        output = await git("diff", *options, commit, folder=self.folder)
        words = output.split("\0")[:-1]
        states = dict(zip(words[1::2], words[0::2], strict=True))
        return Landing(
            commit,
            changed=tuple(path for path, state in states.items() if state != "A"),
            deleted=tuple(path for path, state in states.items() if state == "A"),
        )

    async def land(self, landing: Landing, *, whole: bool) -> None:
        """Write the files; ``whole`` says that nothing is held back or slowed, and git does it alone."""
        if whole:
            await git("reset", "-q", "--hard", landing.commit, folder=self.folder)
        else:
            await self._land_by_path(landing)
        await self._update_submodules()
        self.commit = landing.commit

    async def _land_by_path(self, landing: Landing) -> None:
        """Files first, the index and HEAD last: the order in which git itself updates a work tree."""
        scratch = {"GIT_INDEX_FILE": str(self.folder / ".git" / "index.landing")}
        await git("read-tree", landing.commit, folder=self.folder, variables=scratch)
        batches = _batches(landing)
        for batch in batches:
            await asyncio.sleep(landing.seconds / len(batches))
            for path in batch.deleted:
                _remove(self.folder / path)
            names = "".join(f"{path}\0" for path in batch.changed)
            await git(*_CHECKOUT_INDEX, folder=self.folder, variables=scratch, stdin=names)
        os.unlink(scratch["GIT_INDEX_FILE"])
        await git("reset", "-q", "--mixed", landing.commit, folder=self.folder)

    async def _update_submodules(self) -> None:
        """Bring them to the commits that the tree names, as a host that clones recursively does.

        One that cannot be had is told and stays empty: most often there is just no network here.
        """
        if not (self.folder / ".gitmodules").is_file():
            return
        # Git refuses by default what the repository of a lab most often names: a path on this machine.
        submodule = ("-c", "protocol.file.allow=always", "submodule", "-q")
        try:
            await git(*submodule, "sync", "--recursive", folder=self.folder)
            await git(*submodule, "update", "--init", "--recursive", "--force", folder=self.folder)
        except LabError as error:
            self._say(error.message)

    def dependencies(self, entrypoint: str, *, comments: bool = False) -> Dependencies:
        """The dependency file that wins on Community Cloud, and its requirement lines as on disk.

        ``comments``: all of its lines.
        """
        for folder in dict.fromkeys((Path(entrypoint).parent, Path())):
            for name in _DEPENDENCY_FILES:
                file = self.folder / folder / name
                if file.is_file():
                    text = file.read_text(errors="replace")
                    return str(folder / name), tuple(text.splitlines()) if comments else requirement_lines(
                        text
                    )
        return None


def _remove(path: Path) -> None:
    """Remove a file or a link; the folder that a submodule was stays if anything is in it, as with git."""
    if path.is_dir() and not path.is_symlink():
        with contextlib.suppress(OSError):
            path.rmdir()
    else:
        path.unlink(missing_ok=True)


def requirement_lines(text: str) -> tuple[str, ...]:
    """The lines that say something to an installer: neither comments nor blank.

    That a change of a comment alone makes Community Cloud start a new process is what one project relies on,
    and medium confidence. The lab grants it only where it is asked to (``Options.comments``), so that nothing
    is found fresh here that may be stale there.
    """
    lines = (_COMMENT.sub("", line).strip() for line in text.splitlines())
    return tuple(line for line in lines if line)
