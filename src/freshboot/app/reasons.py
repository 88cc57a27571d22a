"""Why the running deployment was made: what its publisher wrote into the commit of its stamp."""

from __future__ import annotations

import struct
from collections import deque
from functools import lru_cache

from freshboot.app.objects import read_commit

TRAILER = "Freshboot-Stamp"
"""The line of a stamp commit's message that tells its stamp, as ``repository.commits`` writes it."""

_REASON = "Reason: "
_LONGEST = 200
_MOST_COMMITS = 32  # a stamp is the newest commit, or some merges lie above it
_ODD = (OSError, ValueError, LookupError, struct.error)


@lru_cache(maxsize=16)
def reason_of(root: str, head: str, stamp: str, object_format: str) -> str | None:
    """The reason that the commit of this very stamp gives; None if it gives none, or is not found.

    The stamp is the one that runs: what lies on disk since then may have another reason.

    :param head: the commit that is checked out; its history is looked at, newest first, as far as it is there
    :returns: one line of visible characters, nobody's markup taken out of it
    """
    pending, seen = deque([head]), {head}
    while pending and len(seen) <= _MOST_COMMITS:
        try:
            data = read_commit(root, pending.popleft(), object_format)
        except _ODD:
            continue
        facts, _, message = (data or b"").decode("utf-8", "replace").partition("\n\n")
        lines = [line.strip() for line in message.splitlines()]
        if f"{TRAILER}: {stamp}" in lines:
            return _reason(lines)
        for line in facts.splitlines():
            parent = line.removeprefix("parent ")
            if parent != line and parent not in seen:
                seen.add(parent)
                pending.append(parent)
    return None


def _reason(lines: list[str]) -> str | None:
    said = next((line.removeprefix(_REASON) for line in lines if line.startswith(_REASON)), "")
    visible = " ".join("".join(one if one.isprintable() else " " for one in said[:_LONGEST]).split())
    return visible or None
