"""The forms in which git itself checks a commit's files out: line ends, encodings, ``$Id$``."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping

from freshboot.repository.apart import apart
from freshboot.repository.repository import Repository
from freshboot.repository.tree import FILE_MODES

# What a checkout heeds beside the attributes, as a server may have it set. core.eol=crlf, the third, gives
# each file one of the forms that these two give it.
_SETTINGS = ("core.autocrlf=false", "core.autocrlf=true")


def checkout_forms(
    repository: Repository, commit: str, paths: Collection[str]
) -> Mapping[str, tuple[str, ...]]:
    """The blob ids that the paths can lie on a disk with beside their own, as git may check them out.

    They are by the commit's attributes (``text``, ``eol``, ``working-tree-encoding``, ``ident``) and by a
    server's settings of line ends; no filter driver runs. Paths with no other form are left out.

    :raises RemoteError: a partial clone could not fetch the files.
    """
    entries = repository.tree(commit, paths)
    own = {path: one.blob_id for path, one in entries.items() if path in paths and one.mode in FILE_MODES}
    if not own:
        return {}
    repository.obtain(own.values())
    found: dict[str, set[str]] = {path: set() for path in own}
    with apart(repository, commit) as git:
        for number, setting in enumerate(_SETTINGS):
            folder = os.path.join(git.work_tree, str(number))
            # A file whose encoding git cannot write is told as a failure, and checked out as it is.
            to = ("checkout-index", "--quiet", "--force", "-z", "--stdin", f"--prefix={folder}/")
            git.run("-c", setting, *to, paths=own, check=False)
            for path in own:
                found[path] |= _blob_id(os.path.join(folder, path), repository.object_format)
    return {path: tuple(sorted(ids - {own[path]})) for path, ids in found.items() if ids - {own[path]}}


def _blob_id(path: str, object_format: str) -> set[str]:
    """The id that git gives to a file's bytes, where there is one."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return set()
    return {hashlib.new(object_format, b"blob %d\0" % len(data) + data).hexdigest()}
