"""A small app with the shape of an incident that took a team four hours: the code was wrong all along.

A module's ``__version__`` was never raised, the badge's was; the revenue lacks whatever the mapping from
countries to territories does not know. To the team it looked like a file that the host would not update.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.endtoend.team import Team, lab_of, team_of
from tests.gitrepo import ISOLATION

ORDERS = "".join(
    f"{country},{amount}\n"
    for country, amount in (
        *(("country", "revenue"), ("United Kingdom", 9_412_300), ("Spain", 3_105_870)),
        *(("Germany", 2_871_440), ("Italy", 2_201_015), ("Romania", 1_988_400)),
        *(("Poland", 1_640_210), ("Czechia", 1_205_000), ("Hungary", 975_000)),
    )
)
RIGHT, WRONG = "£23,399,235", "£17,590,625"

APP = """\
import freshboot; freshboot.boot({boot})

import streamlit as st

import calculations

DEPLOYMENT_VERSION = "{version}"

st.caption(f"version {{DEPLOYMENT_VERSION}}")
st.metric("Revenue", f"£{{calculations.revenue():,.0f}}")
with st.expander("Diagnostics"):
    st.text(f"calculations.py version: {{calculations.__version__}}")
"""
CALCULATIONS = """\
import csv
from pathlib import Path

__version__ = "1.0.1"

TERRITORIES = [{territories}]
TERRITORY_OF = {{{mapping}}}


def revenue():
    with (Path(__file__).parent / "orders.csv").open() as file:
        rows = [(TERRITORY_OF.get(row["country"]), int(row["revenue"])) for row in csv.DictReader(file)]
    return sum(amount for territory, amount in rows if territory in TERRITORIES)
"""
CHECKS = f"""\
checks:
  - metric: Revenue
    equals: "{RIGHT}"
    within: 1000
"""
_FIRST = {"United Kingdom": "UK", "Spain": "ES", "Germany": "DE", "Italy": "IT"}
_ALL = {**_FIRST, "Romania": "RO", "Poland": "PL", "Czechia": "CZ", "Hungary": "HU"}


def release(version: str, *, all_territories: bool, whole_mapping: bool, boot: str = "") -> dict[str, str]:
    """The repository's files at one of the team's attempts."""
    territories = _ALL if all_territories else _FIRST
    mapping = _ALL if whole_mapping else _FIRST
    calculations = CALCULATIONS.format(
        territories=", ".join(map(repr, territories.values())),
        mapping=", ".join(f"{country!r}: {territory!r}" for country, territory in mapping.items()),
    )
    return {
        "streamlit_app.py": APP.format(version=version, boot=boot),
        "calculations.py": calculations,
        "orders.csv": ORDERS,
        "requirements.txt": "streamlit\n",
        ".github/freshboot.yml": CHECKS,
    }


@contextmanager
def team_before(folder: Path) -> Iterator[Team]:
    """The team before its first attempt, with the app live in a lab below ``folder``."""
    first = release("1.0.1", all_territories=False, whole_mapping=False)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ISOLATION.items():
            patch.setenv(name, value)
        with lab_of(folder / "app", first) as lab:
            yield team_of(lab, folder / "clone")
