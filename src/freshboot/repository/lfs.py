"""Git LFS: which of a commit's files are pointers, and what the files that they stand for would be.

The format is https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md; git-lfs itself is not needed.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Collection, Iterable
from functools import partial
from typing import NamedTuple

from freshboot.repository.apart import apart
from freshboot.repository.repository import Repository
from freshboot.repository.tree import FILE_MODES, blobs

# As git-lfs reads them: the names that the format had before its own, and extensions before the content's id.
_FIRST_LINE = re.compile(
    rb"\s*version (https://git-lfs\.github\.com/spec/v1|https://hawser\.github\.com/spec/v1|http://git-media\.io/v/2)\s"
)
_FACTS = re.compile(rb"[^\n]*\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize ([0-9]+)\s*\Z")
_LARGEST_POINTER = 1023
_CHUNK = 1 << 20


class Pointer(NamedTuple):
    """What a pointer says of the file that it stands for: the SHA-256 of its bytes, and their number."""

    oid: str
    size: int


def pointers(repository: Repository, commit: str) -> frozenset[str]:
    """The commit's paths whose blob is an LFS pointer.

    All small files are looked at; in a partial clone only those that the attributes mark (``filter=lfs``).

    :raises RemoteError: a partial clone could not fetch the marked files.
    """
    tree = repository.tree(commit)
    ids = {path: one.blob_id for path, one in tree.items() if one.mode in FILE_MODES}
    if repository.is_partial:
        with apart(repository, commit) as git:
            marked = git.attribute("filter", ids)
        ids = {path: one for path, one in ids.items() if marked[path] == "lfs"}
        repository.obtain(ids.values())
    contents = blobs(repository.git, _small(repository, set(ids.values())))
    found = {one for one, data in contents.items() if _FIRST_LINE.match(data)}
    return frozenset(path for path, one in ids.items() if one in found)


def smudged(repository: Repository, commit: str, path: str) -> str | None:
    """The blob id of the file that the pointer at a path stands for; None where its bytes are not here.

    They are looked for in the work tree and in what git-lfs keeps; size and SHA-256 must agree.
    """
    data = repository.read(commit, path)
    pointer = _parsed(data or b"")
    if pointer is None:
        return None
    kept = os.path.join("lfs", "objects", pointer.oid[:2], pointer.oid[2:4], pointer.oid)
    places = (os.path.join(repository.root, path), os.path.join(repository.common_dir, kept))
    ids = (_blob_id(place, pointer, repository.object_format) for place in places)
    return next((one for one in ids if one is not None), None)


def _parsed(data: bytes) -> Pointer | None:
    """What a pointer says; None for what is none, or says it in no way that git-lfs writes."""
    is_pointer = len(data) <= _LARGEST_POINTER and _FIRST_LINE.match(data)
    facts = _FACTS.match(data) if is_pointer else None
    return Pointer(facts[1].decode(), int(facts[2])) if facts else None


def _small(repository: Repository, ids: Collection[str]) -> list[str]:
    """Those of the blobs that are no larger than a pointer can be."""
    asked = "".join(f"{one}\n" for one in ids).encode()
    sizes = repository.git.run("cat-file", "--batch-check=%(objectname) %(objectsize)", input=asked)
    told = (line.split() for line in sizes.text.splitlines())
    return [name for name, size in told if size.isdigit() and int(size) <= _LARGEST_POINTER]


def _blob_id(place: str, pointer: Pointer, object_format: str) -> str | None:
    """The blob id of a file's bytes, if they are those that the pointer stands for."""
    try:
        facts = os.stat(place)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size != pointer.size:
            return None
        with open(place, "rb") as file:
            chunks = iter(partial(file.read, _CHUNK), b"")
            length, content, blob = _hashed(chunks, pointer.size, object_format)
    except OSError:
        return None
    return blob if (content, length) == pointer else None


def _hashed(chunks: Iterable[bytes], size: int, object_format: str) -> tuple[int, str, str]:
    """The length, SHA-256 and blob id of bytes that are said to be ``size`` many."""
    content, blob, length = hashlib.sha256(), hashlib.new(object_format, b"blob %d\0" % size), 0
    for chunk in chunks:
        content.update(chunk)
        blob.update(chunk)
        length += len(chunk)
    return length, content.hexdigest(), blob.hexdigest()
