"""The repository that the app belongs to: its root folder, and how git names its files."""

from __future__ import annotations

import os

from freshboot.app.files import FileHashes
from freshboot.app.places import Places
from freshboot.app.state import State

_FORMATS = ("sha1", "sha256")


class NoRepository(RuntimeError):
    """There is no ``.git`` around the script, and ``root=`` was not given."""


def settle(state: State, script: str, wished: str | None) -> None:
    """Find the root once for the process; again if another is wished for, or another folder stands there.

    :raises NoRepository: there is none. Nothing can then be attested.
    """
    places = state.places
    if wished is not None:
        folder: str | None = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(script)), wished))
    else:
        folder = places.root if places is not None else find_root(script)
    if folder is None:
        raise NoRepository
    if places is not None and places.root == folder and not places.moved():
        return
    state.passed.clear()
    state.identities = []
    state.swapped |= places is not None
    state.places = Places(folder)
    found = object_format(folder)
    if found != state.tree.object_format:
        state.files, state.tree = FileHashes(found), FileHashes(found)


def find_root(script: str) -> str | None:
    """The nearest folder around the script that has a ``.git``, as a folder or (a worktree) a file.

    The script's own path is tried first, then where its links lead.
    """
    for path in (os.path.abspath(script), os.path.realpath(script)):
        folder = os.path.dirname(path)
        while True:
            if os.path.exists(os.path.join(folder, ".git")):
                return folder
            if folder == os.path.dirname(folder):
                break
            folder = os.path.dirname(folder)
    return None


def object_format(root: str) -> str:
    """The hash that names the repository's objects: ``extensions.objectFormat`` of its settings, or sha1.

    Of everything in ``.git`` only this file, the index and HEAD are read (and what leads to them), and the
    newest commits, for the badge.
    """
    try:
        with open(_config(os.path.join(root, ".git")), encoding="utf-8", errors="replace") as lines:
            return _object_format(lines.read())
    except OSError:
        return "sha1"


def _config(git: str) -> str:
    if os.path.isdir(git):
        return os.path.join(git, "config")
    with open(git, encoding="utf-8", errors="surrogateescape") as pointer:
        folder = os.path.join(os.path.dirname(git), pointer.read().partition("gitdir:")[2].strip())
    if not os.path.exists(common := os.path.join(folder, "commondir")):
        return os.path.join(folder, "config")
    with open(common, encoding="utf-8", errors="surrogateescape") as pointer:
        return os.path.join(folder, pointer.read().strip(), "config")


def _object_format(config: str) -> str:
    section = ""
    for line in config.splitlines():
        name, _, value = line.strip().partition("=")
        if name.startswith("["):
            section = name.strip("[] \t").lower()
        elif section == "extensions" and name.strip().lower() == "objectformat":
            value = value.partition("#")[0].strip().strip('"').lower()
            return value if value in _FORMATS else "sha1"
    return "sha1"
