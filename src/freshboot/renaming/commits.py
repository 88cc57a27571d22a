"""A renaming in a commit of a repository, planned from its files."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import replace

from freshboot.renaming.others import is_pickle
from freshboot.renaming.plan import rename
from freshboot.renaming.values import Renaming, Use, stem_of
from freshboot.repository.repository import Repository
from freshboot.repository.tree import FILE_MODES, SYMLINK, Entry, blobs

_SHORT = 7
_LARGE_BYTES = 2 * 1024 * 1024
"""Files above it that are neither Python nor pickled are data, and not looked into."""


def plan_rename(
    repository: Repository, commit: str, path: str, name: str | None, entrypoint: str, *, back: bool = False
) -> Renaming:
    """The renaming of one file of a commit; without a name it gets its blob's id behind its old one.

    ``back``: the file had this name before.

    :raises CannotRename: there is no such file, or it cannot have the name. Uses that nobody can judge do not
        raise: they stand in the renaming.
    :raises RemoteError: a partial clone could not fetch what has to be read.
    """
    entries = repository.tree(commit)
    files = files_of(repository, entries)
    if name is None and path in entries:
        name = f"{stem_of(path)}_{entries[path].blob_id[:_SHORT]}"
    renaming = rename(files, path, name or "", entrypoint, back=back)
    links = _links(repository, entries, path)
    return replace(renaming, unresolved=(*renaming.unresolved, *links))


def files_of(repository: Repository, entries: Mapping[str, Entry]) -> dict[str, bytes | None]:
    """The plain files of a commit's tree; None stands for those that are not looked into.

    :raises RemoteError: a partial clone could not fetch them.
    """
    plain = {path: one.blob_id for path, one in entries.items() if one.mode in FILE_MODES}
    repository.obtain(plain.values())
    large = _large(repository, plain.values())
    wanted = {path: one for path, one in plain.items() if one not in large or _is_read_always(path)}
    contents = blobs(repository.git, wanted.values())
    return {path: contents[one] if path in wanted else None for path, one in plain.items()}


def _is_read_always(path: str) -> bool:
    return path.endswith((".py", ".pyi")) or is_pickle(path)


def _large(repository: Repository, ids: Iterable[str]) -> set[str]:
    asked = "".join(f"{one}\n" for one in dict.fromkeys(ids)).encode()
    form = "--batch-check=%(objectname) %(objectsize)"
    answers = (line.split() for line in repository.git.run("cat-file", form, input=asked).text.splitlines())
    return {blob for blob, size in answers if int(size) > _LARGE_BYTES}


def _links(repository: Repository, entries: Mapping[str, Entry], path: str) -> list[Use]:
    """Symbolic links that lead to the file: nothing would be at their end."""
    ids = {one: entry.blob_id for one, entry in entries.items() if entry.mode == SYMLINK}
    repository.obtain(ids.values())
    contents = blobs(repository.git, ids.values())
    ends = {link: contents[blob].decode("utf-8", "replace") for link, blob in ids.items()}
    name = posixpath.basename(path)
    return [Use(link, 1, f"leads to {end}") for link, end in ends.items() if posixpath.basename(end) == name]
