"""``clean``: the caches that lie in the repository, told first, and removed on demand."""

from __future__ import annotations

from typing import Any

from freshboot.commands.printed import print_json, terminal

_CLEAN_SCHEMA = "clean-v1"
_MOST_LINES = 50


def clean(**options: Any) -> int:
    """Say what would be removed; with ``yes``, remove it."""
    from freshboot.repository.leftovers import leftovers, remove
    from freshboot.repository.repository import Repository

    repository = Repository.open(options["repo"])
    found = leftovers(repository)
    removed = remove(repository.root, found) if options["yes"] else 0
    files, size = sum(len(one.files) for one in found), sum(one.size for one in found)
    kept = [path for one in found for path in one.kept]
    if options["as_json"]:
        folders = [{"path": one.path, "files": len(one.files), "bytes": one.size} for one in found]
        facts = {"removed": options["yes"], "files": files, "bytes": size}
        print_json({"schema": _CLEAN_SCHEMA, **facts, "folders": folders, "kept": kept})
    lines = [f"{one.path}: {len(one.files)} files, {one.size} bytes" for one in found if one.files]
    lines += [f"{path}: stays, git tracks it or it is no plain file" for path in kept]
    for line in lines[:_MOST_LINES]:
        terminal().say(line)
    if len(lines) > _MOST_LINES:
        terminal().say(f"… and {len(lines) - _MOST_LINES} more")
    if options["yes"]:
        terminal().say(f"removed {removed} files")
    elif files:
        terminal().say(f"{files} files, {size} bytes; to remove them: freshboot clean --yes")
    else:
        terminal().say("nothing to remove")
    return 0
