"""What a territory brings in and what it costs."""

from __future__ import annotations

from collections.abc import Iterable

from territories import Territory

DISCOUNT = 0.05
OVERHEAD = 180_000


def revenue(territory: Territory) -> float:
    """A year's sales in pounds, after the discount that every contract has."""
    return territory.customers * territory.yearly_spend * (1 - DISCOUNT)


def costs(territory: Territory) -> float:
    """A year's spending in pounds: an office, and the people in it."""
    return OVERHEAD + territory.staff * territory.salary


def forecast(territory: Territory, price_rise: float) -> float:
    """Next year's sales in pounds, once customers have grown and prices have risen."""
    return revenue(territory) * (1 + territory.growth) * (1 + price_rise)


def total(amounts: Iterable[float]) -> float:
    """All of them together."""
    return sum(amounts)


def share_of(part: float, whole: float) -> float:
    """The part as a fraction of the whole; nothing of nothing is nothing."""
    return part / whole if whole else 0.0
