"""Numbers and tables as they stand on the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def pounds(amount: float) -> str:
    """Whole pounds, as £1,234,567."""
    sign = "−" if round(amount) < 0 else ""
    return f"{sign}£{abs(amount):,.0f}"


def percent(fraction: float) -> str:
    """One decimal, as 12.3%."""
    return f"{fraction:.1%}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are right-aligned."""
    rule = ["---"] + ["---:"] * (len(header) - 1)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows))
