"""Figures in words."""

from __future__ import annotations

import pytest

from freshboot.ledger.figures import Figures, Spell, Spread, Tries, figures
from freshboot.ledger.words import duration, sentences
from tests.ledger.attempts import at

NOTHING = figures([])


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.4, "0 s"),
        (47.6, "48 s"),
        (60, "1 min"),
        (192, "3 min 12 s"),
        (3600, "1 h"),
        (14_590, "4 h 3 min"),
        (86_400, "1 d"),
        (86_460, "1 d"),
        (180_000, "2 d 2 h"),
    ],
)
def test_a_duration_has_two_units_at_most(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_of_nothing_there_is_little_to_say() -> None:
    assert list(sentences(NOTHING)) == ["0 releases: 0 proven (0 at the first attempt)"]


def test_every_figure_has_its_line() -> None:
    told = Figures(
        releases=8,
        proven=6,
        at_first=4,
        superseded=1,
        unfinished=2,
        time_to_live=Spread(70, 192),
        stale={"stale-modules": 2, "stale-file": 1},
        remedies={"rebuild": Tries(2, 1)},
        spells=(Spell("a.py", at(0), at(1)), Spell("b.py", at(0), at(9)), Spell("c.py", at(5), None)),
    )
    assert list(sentences(told)) == [
        "8 releases: 6 proven (4 at the first attempt), 1 superseded",
        "2 attempts begun and never ended",
        "time to live: 1 min 10 s in the middle, nine of ten within 3 min 12 s",
        "stale: 3 of 8 (38%), by stale-modules 2, stale-file 1",
        "remedies: rebuild 2 (1 proven)",
        "stale for: b.py 9 min, a.py 1 min",
        f"stale still: c.py since {at(5)}",
    ]


def test_of_many_files_the_first_are_named_and_the_rest_is_counted() -> None:
    many = tuple(Spell(f"{number}.py", at(0), None) for number in range(7))
    (line,) = [one for one in sentences(figures_of(many)) if one.startswith("stale still")]
    assert line.count(".py") == 5
    assert line.endswith(", and 2 more")


def figures_of(spells: tuple[Spell, ...]) -> Figures:
    return Figures(**{**vars(NOTHING), "spells": spells})
