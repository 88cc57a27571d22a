"""The disk layer: the blob id of every file under the root, as git would name it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from freshboot.app.files import FileHashes, Known, Signature, signature
from freshboot.app.places import is_environment
from freshboot.proof import Kind, Layer, LayerAnswer, blob_id, is_excluded, is_importable, tagged, tagger

# Read anew in one scan: a second or two. What was read stays known, so the next scan gets further.
MAX_READ_BYTES = 1024 * 1024 * 1024
# An answer of so many tags is 4 MB; a tree with more holds something that is no repository.
MAX_FILES = 200_000

_Settled = dict[str, tuple[str, Known]]

_ASIDE = frozenset({".git", "__pycache__", "node_modules", "site-packages", "dist-packages"})


class TooManyFiles(RuntimeError):
    """There are more files under the root than an answer can hold."""


@dataclass
class DiskScan:
    """One look at the disk: blob ids by path from the root, and what was not hashed.

    ``signatures``: the state of each of them, as it was just before. ``skipped``: over the budget,
    unreadable, or changing while it was read. ``excluded``: the state of the files that hold secrets by their
    name, which are not read. ``aside`` counts folders that are no part of the repository, ``special`` what is
    neither file nor link.
    """

    blobs: dict[str, str] = field(default_factory=dict)
    signatures: dict[str, Signature] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    excluded: dict[str, Signature] = field(default_factory=dict)
    aside: int = 0
    special: int = 0
    read_bytes: int = 0


def scan(root: str, files: FileHashes, environments: frozenset[str] = frozenset()) -> DiskScan:
    """Look at every file under the root; only what changed since the last time is read.

    :param environments: resolved folders to leave aside, the interpreter's own
    :raises TooManyFiles: there are more than MAX_FILES.
    """
    walk = _Walk(root, files, environments)
    while walk.folders:
        walk.look_into(walk.folders.pop())
    for folder in files.folders.keys() - walk.visited:
        del files.folders[folder]
    return walk.found


def answer(found: DiskScan, nonce: str) -> LayerAnswer:
    """The layer's answer to a challenge."""
    tag = tagger(nonce, Layer.DISK)
    code: list[str] = []
    data: list[str] = []
    for path, blob in found.blobs.items():
        (code if is_importable(path) else data).append(tag(path, blob))
    skipped = [tag(path, Kind.SKIPPED.value) for path in found.skipped]
    counts = {Kind.EXCLUDED.value: len(found.excluded), "aside": found.aside, "special": found.special}
    return tagged({Kind.CODE: code, Kind.DATA: data, Kind.SKIPPED: skipped}, **counts)


class _Walk:
    """One look at the disk while it goes on: ``folders`` are still to be looked into. No link is followed.

    Most files have not changed since the last time: what has to be done for them is kept to a minimum.
    """

    def __init__(self, root: str, files: FileHashes, environments: frozenset[str]) -> None:
        self.found = DiskScan()
        self.folders = [root]
        self.visited: set[str] = set()
        self._files = files
        self._environments = environments
        self._root = root.rstrip("/")

    def look_into(self, folder: str) -> None:
        """Look at the files of one folder; put the folders in it with the others.

        :raises TooManyFiles: there are more than MAX_FILES.
        """
        prefix = folder[len(self._root) + 1 :]
        try:
            with os.scandir(folder) as listing:
                entries = list(listing)
        except FileNotFoundError:
            return
        except OSError:
            self.found.skipped.add(prefix or ".")
            return
        if len(self.found.blobs) + len(self.found.skipped) + len(entries) > MAX_FILES:
            raise TooManyFiles(folder)
        self.visited.add(folder)
        known = self._files.folders.get(folder, {})
        self._files.folders[folder] = self._look_at(entries, prefix and f"{prefix}/", known)

    def _look_at(self, entries: Iterable[os.DirEntry[str]], prefix: str, known: _Settled) -> _Settled:
        blobs, signatures, settled = self.found.blobs, self.found.signatures, {}
        for entry in entries:
            name = entry.name
            try:
                one = known.get(name)
                if one is None or one[1].signature != signature(entry.stat(follow_symlinks=False)):
                    one = self._look_anew(entry, prefix + name)
                    if one is None:
                        continue
                path, (state, blob, is_settled) = one
                blobs[path], signatures[path] = blob, state
                if is_settled:
                    settled[name] = one
            except FileNotFoundError:
                continue  # gone since the folder was listed
            except OSError:
                self.found.skipped.add(prefix + name)
        return settled

    def _look_anew(self, entry: os.DirEntry[str], path: str) -> tuple[str, Known] | None:
        """What is not known yet: the file or link as it is, or None.

        :raises OSError: it cannot be read, keeps changing, or the budget is used up.
        """
        if entry.name == ".git":
            return None
        if entry.is_dir(follow_symlinks=False):
            self._enter(entry)
        elif is_excluded(path):
            self.found.excluded[path] = signature(entry.stat(follow_symlinks=False))
        elif entry.is_symlink():
            state = signature(entry.stat(follow_symlinks=False))
            text = os.fsencode(os.readlink(entry.path))
            return path, Known(state, blob_id(text, self._files.object_format), settled=False)
        elif entry.is_file(follow_symlinks=False):
            return path, self._read(entry.path)
        else:
            self.found.special += 1
        return None

    def _enter(self, entry: os.DirEntry[str]) -> None:
        if entry.name in _ASIDE or entry.path in self._environments or is_environment(entry.path):
            self.found.aside += 1
        else:
            self.folders.append(entry.path)

    def _read(self, path: str) -> Known:
        if self.found.read_bytes >= MAX_READ_BYTES:
            raise OSError("over the budget")
        file = self._files.look(path)
        self.found.read_bytes += file.signature[-1]
        return file
