"""A bare git remote, made from a repository of the user's and then independent of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from freshboot.lab.errors import LabError
from freshboot.lab.git import git

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

OWNER = "lab"
"""The last folder but one of the remote's path, as the owner stands in a GitHub address."""

_POLL_S = 0.02


@dataclass(frozen=True)
class Remote:
    """What a developer pushes to: ``path`` is a bare repository, ``branch`` the one that the app follows."""

    path: Path
    branch: str

    @property
    def name(self) -> str:
        """The repository's name without ``.git``."""
        return self.path.stem

    @classmethod
    async def make(cls, repository: Path, folder: Path) -> Remote:
        """Copy the current branch of ``repository``, with all its history, into a bare one under ``folder``.

        The repository is only read. Raises ``LabError`` where it is none, has no commit, or no branch is
        checked out.
        """
        top, branch = await _current_branch(repository)
        # A leading dot would hide the app's folder, and Streamlit watches nothing in hidden folders.
        path = folder / OWNER / f"{top.name.lstrip('.') or 'app'}.git"
        path.mkdir(parents=True)
        # The ref stays one small file of its own, which is what pushes() looks at.
        await git("init", "-q", "--bare", "--template=", f"--initial-branch={branch}", ".", folder=path)
        for setting in ("gc.auto", "receive.autogc", "maintenance.auto"):
            await git("config", setting, "0", folder=path)
        ref = f"refs/heads/{branch}"
        # A shallow clone, as a workflow's, is refused otherwise.
        fetch = ("fetch", "-q", "--update-shallow", str(top), f"{ref}:{ref}")
        await git(*fetch, folder=path, users_configuration=True)
        return cls(path, branch)

    def tip(self, branch: str | None = None) -> str | None:
        """The commit id that the branch (the app's own one) points at; None where it has been deleted."""
        try:
            return (self.path / "refs" / "heads" / (branch or self.branch)).read_text().strip()
        except FileNotFoundError:
            return None

    async def offer(self, branch: str) -> None:
        """Make the branch where there is none of this name, at the app's own one's tip; ``LabError``."""
        if self.tip(branch) is None:
            await git("branch", "--no-track", "--", branch, self.branch, folder=self.path)

    async def scripts(self) -> list[str]:
        """The Python files of the tip that import Streamlit, those nearest to the root first."""
        pattern = r"^(import|from) +streamlit\b"
        try:
            output = await git("grep", "-lzE", pattern, self.branch, "--", "*.py", folder=self.path)
        except LabError:
            return []  # git fails where nothing is found
        paths = [entry.removeprefix(f"{self.branch}:") for entry in output.split("\0")[:-1]]
        return sorted(paths, key=lambda path: (path.count("/"), path))

    async def require(self, path: str) -> None:
        """Raise ``LabError`` where the branch's tip has no file at ``path``."""
        try:
            await git("cat-file", "-e", f"{self.branch}:{path}", folder=self.path)
        except LabError:
            raise LabError(
                f"the newest commit of {self.branch} has no {path}", "commit it, or name the entrypoint"
            ) from None

    async def pushes(
        self, known: str | None, branch: Callable[[], str | None] = lambda: None
    ) -> AsyncIterator[str]:
        """Yield the commit of ``branch()`` after each push since ``known``; pushes at once come as one."""
        while True:
            await asyncio.sleep(_POLL_S)
            tip = self.tip(branch())
            if tip not in (known, None, ""):
                known = tip
                yield str(tip)


async def _current_branch(repository: Path) -> tuple[Path, str]:
    try:
        top = await git("rev-parse", "--show-toplevel", folder=repository, users_configuration=True)
    except LabError as error:
        raise LabError(
            f"{repository} is no git repository that can be read: {error.message}", "git init it"
        ) from error
    folder = Path(top.removesuffix("\n"))
    try:
        branch = await git("symbolic-ref", "--short", "HEAD", folder=folder, users_configuration=True)
    except LabError as error:
        raise LabError(
            f"no branch is checked out in {folder}", "git switch to the branch to deploy"
        ) from error
    try:
        await git("rev-parse", "--verify", "HEAD^{commit}", folder=folder, users_configuration=True)
    except LabError as error:
        raise LabError(f"{folder} has no commit yet", "commit the app first") from error
    return folder, branch.strip()
