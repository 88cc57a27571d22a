"""The disk layer: the blob id of every file under the root, as git would name it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from freshboot.app.files import FileHashes, Folder
from freshboot.app.places import is_environment
from freshboot.app.reading import BATCH, Read, Signature, read, signature
from freshboot.app.second import WORTH_FILES, SecondReader
from freshboot.proof import Kind, Layer, LayerAnswer, blob_id, is_excluded, is_importable, tagged, tagger

# Read anew in one scan: a second or two. What was read stays known, so the next scan gets further.
MAX_READ_BYTES = 1024 * 1024 * 1024
# An answer of so many tags is 4 MB; a tree with more holds something that is no repository.
MAX_FILES = 200_000

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


def scan(root: str, files: FileHashes, environments: frozenset[str] = frozenset()) -> DiskScan:
    """Look at every file under the root; only what changed since the last time is read.

    :param environments: resolved folders to leave aside, the interpreter's own
    :raises TooManyFiles: there are more than MAX_FILES.
    """
    with contextlib.closing(SecondReader(files.object_format)) as second:
        walk = _Walk(root, files, environments, second)
        while walk.folders:
            walk.look_into(walk.folders.pop())
        walk.read()
    return walk.end()


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

    Most files have not changed since the last time. What has to be done for them is kept to a minimum, and
    done for a whole folder at once where it can be.
    """

    def __init__(
        self, root: str, files: FileHashes, environments: frozenset[str], second: SecondReader
    ) -> None:
        self.folders = [root]
        self._found = DiskScan()
        self._files = files
        self._environments = environments
        self._second = second
        self._root = root.rstrip("/")
        self._seen: dict[str, Folder] = {}
        self._unread: list[tuple[str, Folder]] = []
        self._unsettled: list[tuple[str, Folder]] = []
        self._count = 0

    def look_into(self, folder: str) -> None:
        """Look at the files of one folder; put the folders in it with the others.

        :raises TooManyFiles: there are more than MAX_FILES.
        """
        prefix = folder[len(self._root) + 1 :]
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                with os.scandir(descriptor) as listing:
                    self._look_at(list(listing), folder, prefix and f"{prefix}/")
            finally:
                os.close(descriptor)
        except FileNotFoundError:
            return
        except OSError:
            self._found.skipped.add(prefix or ".")

    def _look_at(self, entries: list[os.DirEntry[str]], folder: str, prefix: str) -> None:
        self._count += len(entries)
        if self._count > MAX_FILES:
            raise TooManyFiles(folder)
        known = self._files.folders.pop(folder, None)  # ours, then: what fails midway leaves nothing known
        seen = self._seen[folder] = _unchanged(known, entries, prefix) if known else Folder({}, {})
        for entry in entries if len(seen.blobs) < len(entries) else ():
            path = prefix + entry.name
            try:
                if path not in seen.blobs:
                    self._look_anew(entry, path, seen)
            except FileNotFoundError:
                continue  # gone since the folder was listed
            except OSError:
                self._found.skipped.add(path)
        if len(self._unread) >= WORTH_FILES:
            self._second.start()

    def _look_anew(self, entry: os.DirEntry[str], path: str, seen: Folder) -> None:
        """What is not known yet.

        :raises OSError: it cannot be looked at.
        """
        if entry.name == ".git":
            return
        if entry.is_dir(follow_symlinks=False):
            self._enter(f"{self._root}/{path}", entry.name)
        elif is_excluded(path):
            self._found.excluded[path] = signature(entry.stat(follow_symlinks=False))
        elif entry.is_file(follow_symlinks=False):
            self._unread.append((path, seen))
        elif entry.is_symlink():
            state = signature(entry.stat(follow_symlinks=False))
            text = os.fsencode(os.readlink(f"{self._root}/{path}"))
            seen.signatures[path], seen.blobs[path] = state, blob_id(text, self._files.object_format)
            self._unsettled.append((path, seen))
        else:
            self._found.special += 1

    def _enter(self, folder: str, name: str) -> None:
        self._count -= 1
        if name in _ASIDE or folder in self._environments or is_environment(folder):
            self._found.aside += 1
        else:
            self.folders.append(folder)

    def read(self) -> None:
        """Read the files that have to be read, as far as the budget goes."""
        settled_before, left = self._files.settled_before(), MAX_READ_BYTES
        files = [f"{self._root}/{path}" for path, _ in self._unread]
        self._second.ask(files)
        for number, (path, seen) in enumerate(self._unread):
            if number % BATCH == 0:
                told = self._second.told()
            try:
                state, blob = told.get(number) or self._read(files[number], left)
            except FileNotFoundError:
                continue  # gone since its folder was listed
            except OSError:
                self._found.skipped.add(path)
                continue
            seen.signatures[path], seen.blobs[path] = state, blob
            _, _, changed_ns, _, size = state
            left -= size
            if changed_ns >= settled_before:
                self._unsettled.append((path, seen))

    def _read(self, file: str, left: int) -> Read:
        if left <= 0:
            raise OSError("over the budget")
        return read(file, self._files.object_format)

    def end(self) -> DiskScan:
        """What was found; what of it is settled stays known."""
        for seen in self._seen.values():
            self._found.blobs.update(seen.blobs)
            self._found.signatures.update(seen.signatures)
        for path, seen in self._unsettled:
            del seen.blobs[path], seen.signatures[path]
        self._files.folders = self._seen
        return self._found


def _unchanged(known: Folder, entries: Iterable[os.DirEntry[str]], prefix: str) -> Folder:
    """What was known of a folder and still is as it was."""
    try:
        now = {
            path: signature(entry.stat(follow_symlinks=False))
            for entry in entries
            if (path := prefix + entry.name) in known.signatures
        }
    except OSError:  # one is gone since they were listed: so they are looked at one by one
        return Folder({}, {})
    if now == known.signatures:
        return known
    same = [path for path, state in now.items() if state == known.signatures[path]]
    return Folder({path: known.signatures[path] for path in same}, {path: known.blobs[path] for path in same})
