"""Parts of a page that cut themselves."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from freshboot.tell.page import Part, folded, listed, size, table, within
from tests.tell import gfm

ROWS = ["a", "é" * 30, "b" * 60, "c"]
rows = st.lists(st.text(alphabet="aé🙂", min_size=1, max_size=40), max_size=8)


def cells(one: str) -> list[str]:
    return [one, one]


@given(rows, st.integers(0, 400))
def test_a_part_is_never_larger_than_its_room_and_counts_what_is_left_out(rows: list[str], most: int) -> None:
    told = table("Title", ("x", "y"), rows, cells).within(most)
    assert size(told) <= most
    shown = [one for one in told.splitlines() if one.startswith("|")][2:]
    left_out = re.search(r"… and ([0-9]+) more", told)
    counted = len(shown) - 1 + int(left_out[1]) if left_out else len(shown)
    assert counted == (len(rows) if told else 0)


def test_a_part_that_fits_exactly_is_whole_and_with_a_byte_less_it_is_cut() -> None:
    told = {most: listed(ROWS, str).within(most) for most in range(300)}
    needed = next(most for most, text in told.items() if "- c" in text)
    assert told[needed] == told[299]
    assert "… and 1 more" in told[needed - 1]
    assert "more" not in told[needed]


def test_what_cannot_be_cut_stands_whole_or_not_at_all() -> None:
    assert Part(1, ["x" * 50], "```", "```", more="").within(100) == f"```\n{'x' * 50}\n```\n"
    assert Part(1, ["x" * 50], "```", "```", more="").within(50) == ""


@given(st.lists(st.integers(0, 30), max_size=6), st.integers(0, 3000))
def test_parts_share_the_room_and_stay_below_it(counts: list[int], most: int) -> None:
    parts = [table(f"Title {count}", ("x", "y"), ["é" * 20] * count, cells) for count in counts]
    told = within(parts, most)
    assert size(told) <= most
    assert told.count("<details>") == told.count("</details>")
    assert "Title 0" not in told


def test_what_one_part_does_not_use_those_after_it_may() -> None:
    short, long = listed(["a"], str), listed(["b" * 8] * 90, str)
    assert within([short, long], 1100).count("- b") == 90
    assert within([long, short], 1100).count("- b") < 60


def test_rows_are_made_only_while_there_is_room() -> None:
    made: list[str] = []

    def told(one: str) -> str:
        made.append(one)
        return one

    listed(["x" * 20] * 1000, told).within(200)
    assert len(made) < 10


def test_what_is_folded_opens_at_a_click_and_is_markdown_within() -> None:
    page = gfm.read(folded("Title", listed(["one", "two"], str)).within(1000))
    assert page.tags == ("<details>", "<summary>", "</summary>", "</details>")
    assert sum(one.startswith("list_item_open") for one in page.shape) == 2
    page = gfm.read(table("Title", ("x", "y"), ["one"], cells, is_open=True).within(1000))
    assert page.tags[0] == "<details open>"
    assert sum(one.startswith("td_open") for one in page.shape) == 2
