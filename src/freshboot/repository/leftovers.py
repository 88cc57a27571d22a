"""What Python and Streamlit left in a work tree and may take in the place of code: caches, and nothing else.

Only regular files that git does not track, below the root, in folders of a known name. No link is followed.
Environments, ``site-packages``, nested repositories and git's own folder are passed by.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from freshboot.errors import FreshbootError
from freshboot.repository.git import printable
from freshboot.repository.repository import Repository

_ASIDE = frozenset({".git", "site-packages", "dist-packages", "node_modules", "__pypackages__"})
_FOREIGN = (".git", "pyvenv.cfg", "conda-meta")
_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


@dataclass(frozen=True)
class Leftover:
    """One folder of a cache. All paths are from the root.

    ``folders`` are the folder and those in it, the outer first; ``files`` what may go, of ``size`` bytes
    together; ``kept`` what in it is tracked, or is no regular file.
    """

    path: str
    folders: tuple[str, ...]
    files: tuple[str, ...]
    size: int
    kept: tuple[str, ...]


class NotRemovedError(FreshbootError):
    """Some files could not be removed."""

    def __init__(self, paths: Iterable[str], reason: str) -> None:
        names = ", ".join(map(printable, paths))
        super().__init__(f"not removed: {names}: {reason}", "make sure that the folders can be written to")


def leftovers(repository: Repository) -> tuple[Leftover, ...]:
    """All of them, by path.

    :raises GitError: git does not tell what it tracks.
    """
    tracked = frozenset(repository.git.run("ls-files", "-z").records)
    return tuple(_look(repository.root, path, tracked) for path in sorted(_caches(repository.root)))


def remove(root: str, found: Iterable[Leftover]) -> int:
    """Remove their files, and the folders that are empty then; how many files that were.

    :raises NotRemovedError: some could not be.
    """
    every = list(found)
    outcome = {path: _unlink(root, path) for one in every for path in one.files}
    for path in (path for one in every for path in reversed(one.folders)):
        with contextlib.suppress(OSError), _opened(root, os.path.dirname(path)) as folder:
            os.rmdir(os.path.basename(path), dir_fd=folder)
    failed = {path: reason for path, reason in outcome.items() if reason}
    if failed:
        raise NotRemovedError(failed, next(iter(failed.values())))
    return sum(reason is not None for reason in outcome.values())


def _caches(root: str) -> Iterator[str]:
    pending = [""]
    while pending:
        folder = pending.pop()
        for name in _folders(root, folder):
            path = f"{folder}/{name}" if folder else name
            if name == "__pycache__" or path == ".streamlit/cache" or path.endswith("/.streamlit/cache"):
                yield path
            elif name not in _ASIDE and not _is_foreign(os.path.join(root, path)):
                pending.append(path)


def _folders(root: str, folder: str) -> list[str]:
    try:
        with os.scandir(os.path.join(root, folder)) as entries:
            return [one.name for one in entries if one.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _is_foreign(folder: str) -> bool:
    return any(os.path.lexists(os.path.join(folder, mark)) for mark in _FOREIGN)


def _look(root: str, path: str, tracked: frozenset[str]) -> Leftover:
    folders, files, kept, size = list[str](), list[str](), list[str](), 0
    for inner, within, names in os.walk(os.path.join(root, path)):
        folders.append(os.path.relpath(inner, root))
        links = [one for one in within if os.path.islink(os.path.join(inner, one))]
        for name in sorted((*names, *links)):
            file = os.path.join(folders[-1], name)
            state = os.lstat(os.path.join(inner, name))
            if stat.S_ISREG(state.st_mode) and file not in tracked:
                files.append(file)
                size += state.st_size
            else:
                kept.append(file)
    return Leftover(path, tuple(folders), tuple(files), size, tuple(kept))


def _unlink(root: str, path: str) -> str | None:
    """Why the file could not be removed; empty if it was, None if it is gone, or is no file any more."""
    try:
        with _opened(root, os.path.dirname(path)) as folder:
            name = os.path.basename(path)
            if not stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                return None
            os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


@contextlib.contextmanager
def _opened(root: str, path: str) -> Iterator[int]:
    """A folder below the root, opened step by step: none of the steps is a link.

    :raises OSError: it is gone, or a link stands there now.
    """
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in filter(None, path.split("/")):
            inner = os.open(name, _OPEN, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)
