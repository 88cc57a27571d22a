"""The disk layer: the blob id of every file under the root, as git would name it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from freshboot.app.files import FileHashes, Signature, Unsettled, signature
from freshboot.app.places import is_environment
from freshboot.proof import Kind, Layer, LayerAnswer, blob_id, is_excluded, is_importable, tag, tagged

# GitHub takes no larger file (git-lfs puts a small pointer in its place), so no release can hold one.
MAX_FILE_BYTES = 100 * 1024 * 1024
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

    ``signatures``: the state of each file and link, as it was just before. ``skipped``: over the budget,
    unreadable, or changing while it was read. ``excluded`` counts the files that hold secrets by their name,
    ``aside`` folders that are no part of the repository, ``special`` what is neither file nor link.
    """

    blobs: dict[str, str] = field(default_factory=dict)
    signatures: dict[str, Signature] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    excluded: int = 0
    aside: int = 0
    special: int = 0
    read_bytes: int = 0


def scan(root: str, files: FileHashes, environments: frozenset[str] = frozenset()) -> DiskScan:
    """Look at every file under the root; only what changed since the last time is read.

    :param environments: resolved folders to leave aside, the interpreter's own
    :raises TooManyFiles: there are more than MAX_FILES.
    """
    found = DiskScan()
    seen: set[str] = set()
    for entry in _walk(root, environments, found):
        if len(seen) >= MAX_FILES:
            raise TooManyFiles(root)
        seen.add(entry.path)
        _look(found, files, entry, entry.path[len(root.rstrip("/")) + 1 :])
    files.forget_all_but(seen)
    return found


def answer(found: DiskScan, nonce: str) -> LayerAnswer:
    """The layer's answer to a challenge."""
    kinds: dict[Kind, list[str]] = {Kind.CODE: [], Kind.DATA: [], Kind.SKIPPED: []}
    for path, blob in found.blobs.items():
        kinds[Kind.CODE if is_importable(path) else Kind.DATA].append(tag(nonce, Layer.DISK, path, blob))
    for path in found.skipped:
        kinds[Kind.SKIPPED].append(tag(nonce, Layer.DISK, path, Kind.SKIPPED.value))
    counts = {Kind.EXCLUDED.value: found.excluded, "aside": found.aside, "special": found.special}
    return tagged(kinds, **counts)


def _walk(root: str, environments: frozenset[str], found: DiskScan) -> Iterator[os.DirEntry[str]]:
    """Every entry under the root that is not a folder. Links are never followed."""
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as listing:
                entries = list(listing)
        except FileNotFoundError:
            continue
        except OSError:
            found.skipped.add(os.path.relpath(folder, root))
            continue
        for entry in entries:
            if entry.name == ".git":
                continue
            if not entry.is_dir(follow_symlinks=False):
                yield entry
            elif entry.name in _ASIDE or entry.path in environments or is_environment(entry.path):
                found.aside += 1
            else:
                folders.append(entry.path)


def _look(found: DiskScan, files: FileHashes, entry: os.DirEntry[str], path: str) -> None:
    if is_excluded(path):
        found.excluded += 1
        return
    try:
        if entry.is_symlink():
            found.signatures[path] = signature(entry.stat(follow_symlinks=False))
            found.blobs[path] = blob_id(os.fsencode(os.readlink(entry.path)), files.object_format)
        elif entry.is_file(follow_symlinks=False):
            _hash(found, files, entry, path)
        else:
            found.special += 1
    except FileNotFoundError:
        return  # gone since the folder was listed
    except (OSError, Unsettled):
        found.skipped.add(path)


def _hash(found: DiskScan, files: FileHashes, entry: os.DirEntry[str], path: str) -> None:
    status = entry.stat(follow_symlinks=False)
    found.signatures[path] = signature(status)
    blob = files.known(entry.path, status)
    if blob is None:
        if status.st_size > MAX_FILE_BYTES or found.read_bytes + status.st_size > MAX_READ_BYTES:
            found.skipped.add(path)
            return
        found.read_bytes += status.st_size
        blob = files.read(entry.path)
    found.blobs[path] = blob
