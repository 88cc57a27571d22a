"""What is wrong with a configuration: each fault by itself, with its place and the way to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

_MOST_NAMED = 30


class Fault(NamedTuple):
    """One thing that is wrong. ``at`` is where in the document: keys, and numbers of list entries from 0."""

    message: str
    remedy: str
    at: tuple[str | int, ...] = ()


class Wrong(ValueError):
    """A value is wrong, in one way or in several."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(one.message for one in faults))
        self.faults = faults


def wrong(message: str, remedy: str) -> Wrong:
    """A value that is wrong as a whole."""
    return Wrong(Fault(message, remedy))


def nearest(word: object, known: Iterable[str]) -> str:
    """The known word that somebody may have meant; empty if none is near."""
    import difflib  # only where something is wrong

    names = tuple(known)
    plain = {name.replace("-", "_").lower(): name for name in names}
    near = difflib.get_close_matches(str(word)[:60].replace("-", "_").lower(), plain, 1)
    return plain[near[0]] if near else ""


def right_words(words: Iterable[object], known: Iterable[str], kind: str) -> str:
    """What to write instead of the ``words``: those that were meant, else all that there are."""
    names = tuple(known)
    near = [one for one in (nearest(word, names) for word in words) if one]
    if near:
        return f"did you mean {', '.join(dict.fromkeys(near))}?"
    return f"{kind}: {', '.join(names[:_MOST_NAMED])}"
