"""A page of GitHub's Markdown that stays below a size, well-formed at every one: its parts cut themselves.

The words of a part are Markdown already, whole lines each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

_Item = TypeVar("_Item")
_FOLDED = "\n</details>\n"


@dataclass(frozen=True)
class Part:
    """Fixed lines, then rows that may be cut, then fixed lines; ``total`` rows in all, made when needed.

    ``more`` is the row that tells how many were left out; without it they stand together or not at all.
    """

    total: int
    rows: Iterable[str]
    before: str = ""
    after: str = ""
    more: str = "- … and {} more"

    def within(self, most: int) -> str:
        """The part in at most so many bytes of UTF-8; empty where not even its frame has room."""
        left = most - size("\n".join((self.before, self.more.format(self.total), self.after))) - 1
        kept = _first(self.rows, left)
        if left < 0 or (len(kept) < self.total and not self.more):
            return ""
        rest = [self.more.format(self.total - len(kept))] if len(kept) < self.total else []
        return "\n".join([self.before, *kept, *rest, self.after]) + "\n"


def within(parts: Iterable[Part], most: int) -> str:
    """The parts that have rows, in at most so many bytes; what one does not use, those after it may."""
    told, full = "", [one for one in parts if one.total]
    for index, part in enumerate(full):
        told += part.within((most - size(told)) // (len(full) - index))
    return told


def listed(items: Sequence[_Item], told: Callable[[_Item], str], title: str = "", *, sign: str = "-") -> Part:
    """A list, below a title of ours."""
    rows = (f"{sign} {told(one)}" for one in items)
    return Part(len(items), rows, f"**{title}**\n" if title else "")


def table(
    title: str,
    names: Sequence[str],
    items: Sequence[_Item],
    cells: Callable[[_Item], Iterable[str]],
    *,
    is_open: bool = False,
) -> Part:
    """A table that opens at a click on its title; the title and the names of its columns are ours."""
    more = row(["… and {} more", *[""] * (len(names) - 1)])
    rows = (row(cells(one)) for one in items)
    return Part(len(items), rows, f"{_summary(title, is_open)}\n{header(*names)}", _FOLDED, more)


def folded(title: str, part: Part) -> Part:
    """A part that opens at a click."""
    return Part(part.total, part.rows, _summary(title, False) + part.before, part.after + _FOLDED, part.more)


def header(*names: str) -> str:
    """The first two lines of a table."""
    return f"{row(names)}\n{row(['---'] * len(names))}"


def row(cells: Iterable[str]) -> str:
    """A line of a table."""
    return f"| {' | '.join(cells)} |"


def size(text: str) -> int:
    """How many bytes of UTF-8 it takes."""
    return len(text.encode())


def _summary(title: str, is_open: bool) -> str:
    """Behind it GitHub reads Markdown again only after an empty line."""
    return f"<details{' open' if is_open else ''}><summary>{title}</summary>\n"


def _first(rows: Iterable[str], most: int) -> list[str]:
    """The rows that have room, with the ends of their lines."""
    kept = []
    for one in rows:
        most -= size(one) + 1
        if most < 0:
            break
        kept.append(one)
    return kept
