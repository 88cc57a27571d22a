"""The files of a commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from freshboot.repository.git import Git

FILE_MODES = ("100644", "100755")
SYMLINK = "120000"
SUBMODULE = "160000"


class Entry(NamedTuple):
    """One path of a tree: git's mode (six octal digits), and the id of its blob or submodule commit."""

    mode: str
    blob_id: str


def tree(git: Git, commit: str, paths: Iterable[str] | None = None) -> Mapping[str, Entry]:
    """Every path of the commit, or only ``paths`` and what is below them.

    Names beyond UTF-8 come by surrogateescape.

    :raises GitError: there is no such commit.
    """
    chosen = () if paths is None else tuple(paths)
    if paths is not None and not chosen:
        return {}
    listed = git.run("--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", commit, "--", *chosen)
    entries = {}
    for record in listed.records:
        facts, _, path = record.partition("\t")
        mode, _, blob_id = facts.split(" ")
        entries[path] = Entry(mode, blob_id)
    return entries


def blobs(git: Git, ids: Iterable[str]) -> Mapping[str, bytes]:
    """The bytes of blobs by id, read in one go.

    :raises KeyError: the repository has not got one of them.
    """
    wanted = tuple(dict.fromkeys(ids))
    if not wanted:
        return {}
    out = git.run("cat-file", "--batch", input="".join(f"{one}\n" for one in wanted).encode()).out
    contents, at = {}, 0
    for one in wanted:
        end = out.index(b"\n", at)
        header = out[at:end].split()
        if header[1:2] != [b"blob"]:
            raise KeyError(one)
        at = end + 1 + int(header[2])
        contents[one] = out[end + 1 : at]
        at += 1
    return contents
