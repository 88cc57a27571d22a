"""The snapshot of a work tree: what git tracks, as it lies on the disk now."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version

from freshboot.config import Config
from freshboot.doctor.snapshot import LARGEST_BYTES, Snapshot
from freshboot.errors import FreshbootError
from freshboot.repository.git import decode
from freshboot.repository.repository import Repository
from freshboot.stamp.files import locate

_ON_GITHUB = re.compile(
    r"(?:https://github\.com/|(?:ssh://)?git@github\.com[:/])([\w.-]+/[\w.-]+?)(?:\.git)?/?\Z"
)
_PUSHED = re.compile(r"@\{(\d+)\}\tupdate by push\Z")
_MOST_PUSHES = 20
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def gather(repository: Repository, config: Config, now: float) -> Snapshot:
    """Look at the work tree, and ask nobody else. ``now`` is seconds since 1970.

    :raises GitError: git cannot list the files.
    """
    listed = repository.git.run("ls-files", "-z", "--cached", "--full-name")
    paths = frozenset(listed.records)
    branch = config.branch or _default_branch(repository) or repository.branch
    return Snapshot(
        paths,
        reader(repository.root),
        config,
        _Untracked(repository, paths),
        branch,
        _name_on_github(repository),
        _pushes(repository, branch, now),
        version=version("freshboot"),
        ignored=config.ignore or {},
    )


def reader(root: str) -> Callable[[str], bytes | None]:
    """A reader of plain files of a readable size, none outside of the root; no pipe is waited for."""

    def read(path: str) -> bytes | None:
        handle = _opened(root, path)
        if handle is None:
            return None
        try:
            facts = os.fstat(handle)
            plain = stat.S_ISREG(facts.st_mode) and facts.st_size <= LARGEST_BYTES
            return _whole(handle) if plain else None
        except OSError:
            return None
        finally:
            os.close(handle)

    return read


def _opened(root: str, path: str) -> int | None:
    """A file that lies in the repository, also by way of a link."""
    with suppress(OSError, ValueError):
        return os.open(os.path.join(root, path), _FLAGS)
    with suppress(OSError, FreshbootError):
        return os.open(locate(root, path), _FLAGS)
    return None


def _whole(handle: int) -> bytes:
    parts = []
    while part := os.read(handle, LARGEST_BYTES):
        parts.append(part)
    return b"".join(parts)


@dataclass(frozen=True)
class _Untracked:
    """Why git leaves out a file that lies on the disk."""

    repository: Repository
    paths: frozenset[str]

    def __call__(self, path: str) -> str | None:
        if path in self.paths or not os.path.isfile(os.path.join(self.repository.root, path)):
            return None
        given = os.fsencode(path) + b"\0"
        told = self.repository.git.run(
            "check-ignore", "-v", "-z", "--stdin", input=given, check=False
        ).records
        return f"{told[0]}:{told[1]} ignores it" if len(told) >= 2 else "it was never added to git"


def _default_branch(repository: Repository) -> str | None:
    """The remote's, as the clone was told."""
    name = f"refs/remotes/{repository.remote_name}/"
    told = repository.git.run("symbolic-ref", "--quiet", f"{name}HEAD", check=False)
    return told.text.removeprefix(name) if told.code == 0 and told.text.startswith(name) else None


def _name_on_github(repository: Repository) -> str | None:
    found = _ON_GITHUB.match(repository.remote_url or "")
    return found[1] if found else None


def _pushes(repository: Repository, branch: str | None, now: float) -> tuple[float, ...]:
    """How long ago each of the last pushes from here was, in seconds."""
    asked = ("reflog", "show", "--date=unix", f"--max-count={_MOST_PUSHES}", "--format=%gd%x09%gs")
    name = f"refs/remotes/{repository.remote_name}/{branch}"
    told = repository.git.run(*asked, name, "--", check=False)
    found = map(_PUSHED.search, decode(told.out).splitlines() if told.code == 0 else ())
    return tuple(now - int(one[1]) for one in found if one)
