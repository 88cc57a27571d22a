"""freshboot taken out of a dependency file again."""

from __future__ import annotations

import re

from freshboot.scaffold.dependency import WHY, WHY_LIST
from freshboot.scaffold.lines import drop, is_signed, split

_ENTRY = re.compile(rb'([ \t]*dependencies[ \t]*=[ \t]*\[)"freshboot[^"]*"(?:,[ ]?)?(.*)\Z', re.DOTALL)
_MADE_STREAMLIT = re.compile(rb"\s*(?:streamlit[^\s]*)?\s*")


def without_freshboot(data: bytes) -> bytes:
    """The file without the entries that init wrote, and without init's mark."""
    every = split(data)
    changed = data
    for number, line in enumerate(every):
        found = _ENTRY.match(line) if is_signed(line) else None
        if found is None or _is_whole_list(line):
            continue
        rest = found[2].replace(WHY, b"").replace(WHY_LIST, b"")
        kept = [*every[:number], found[1] + rest, *every[number + 1 :]]
        changed = changed.replace(b"".join(every), b"".join(kept))
    return drop(changed, {number for number, line in enumerate(split(changed)) if is_signed(line)})


def is_made_up(data: bytes) -> bool:
    """Whether nothing is left of a requirements file but what init began it with."""
    return _MADE_STREAMLIT.fullmatch(data) is not None


def _is_whole_list(line: bytes) -> bool:
    """Whether the list was made for this one entry, and holds no other."""
    return re.search(rb'\["freshboot[^"]*"\]' + re.escape(WHY_LIST), line) is not None
