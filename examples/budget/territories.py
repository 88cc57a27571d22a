"""The sales territories, as the finance team keeps them."""

from __future__ import annotations

from typing import NamedTuple


class Territory(NamedTuple):
    """One sales territory; money in pounds a year, growth as a fraction a year."""

    name: str
    customers: int
    yearly_spend: float
    growth: float
    staff: int
    salary: float


TERRITORIES = (
    Territory("Scotland", customers=2_140, yearly_spend=684.0, growth=0.042, staff=14, salary=41_500),
    Territory("Northern England", customers=3_905, yearly_spend=612.0, growth=0.031, staff=22, salary=40_200),
    Territory("Midlands", customers=3_270, yearly_spend=598.0, growth=0.026, staff=19, salary=39_800),
    Territory("Wales", customers=1_385, yearly_spend=571.0, growth=0.055, staff=9, salary=38_900),
    Territory(
        "London and South East", customers=5_120, yearly_spend=946.0, growth=0.018, staff=37, salary=58_700
    ),
    Territory("South West", customers=2_015, yearly_spend=655.0, growth=0.047, staff=12, salary=42_300),
)
