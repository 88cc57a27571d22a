"""The figures of the ledger in words."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.ledger.figures import Figures, Spell

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
_SHOWN = 5


def duration(seconds: float) -> str:
    """A duration in its two largest units: ``48 s``, ``3 min 12 s``, ``4 h 3 min``."""
    left = round(seconds)
    parts: list[str] = []
    for name, size in _UNITS:
        count, left = divmod(left, size)
        if count or parts:
            parts.append(f"{count} {name}")
    return " ".join(one for one in parts[:2] if not one.startswith("0 ")) or "0 s"


def sentences(figures: Figures) -> Iterator[str]:
    """The figures, a line for each; nothing of what there is none of."""
    others = f", {figures.superseded} superseded" if figures.superseded else ""
    yield (
        f"{_count(figures.releases, 'release')}: {figures.proven} proven"
        f" ({figures.at_first} at the first attempt){others}"
    )
    if figures.unfinished:
        yield f"{_count(figures.unfinished, 'attempt')} begun and never ended"
    if figures.time_to_live:
        median, p90 = map(duration, figures.time_to_live)
        yield f"time to live: {median} in the middle, nine of ten within {p90}"
    if figures.stale:
        stale = sum(figures.stale.values())
        causes = ", ".join(f"{cause} {count}" for cause, count in figures.stale.items())
        yield f"stale: {stale} of {figures.releases} ({stale / figures.releases:.0%}), by {causes}"
    if figures.remedies:
        tries = (f"{name} {one.applied} ({one.proven} proven)" for name, one in figures.remedies.items())
        yield f"remedies: {', '.join(tries)}"
    yield from _impact(figures.spells)


def _impact(spells: tuple[Spell, ...]) -> Iterator[str]:
    """The files that were stale longest, and those that are stale still."""
    ended = sorted((-one.seconds, one.path) for one in spells if one.seconds is not None)
    if ended:
        yield "stale for: " + _some([f"{path} {duration(-below)}" for below, path in ended])
    lasting = [f"{one.path} since {one.since}" for one in spells if one.until is None]
    if lasting:
        yield "stale still: " + _some(lasting)


def _some(words: list[str]) -> str:
    more = f", and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return ", ".join(words[:_SHOWN]) + more


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"
