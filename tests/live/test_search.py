from __future__ import annotations

import time

from freshboot.live.search import LONGEST_MATCH, MOST_MATCHES, search


def test_tells_every_different_match_once() -> None:
    assert search(r"v\d+", ["v1 and v2", "v1", "none"]) == ("v1", "v2")


def test_tells_the_first_group_where_there_is_one() -> None:
    assert search(r"Total: (\S+) (\S+)", ["Total: £5 net"]) == ("£5",)


def test_an_empty_group_is_a_match() -> None:
    assert search(r"a(b)?", ["ac"]) == ("",)


def test_searches_each_text_for_itself() -> None:
    assert search(r"^b.*$", ["a", "b"]) == ("b",)


def test_finds_nothing_in_no_text() -> None:
    assert search("a", []) == ()


def test_ends_a_pattern_that_backtracks_for_ever() -> None:
    started = time.monotonic()
    assert search(r"(a+)+$", ["a" * 60 + "b"], seconds=1.0) is None
    assert time.monotonic() - started < 20


def test_bounds_what_it_tells() -> None:
    found = search(r"\d+x*", [f"{number}{'x' * 10_000} " for number in range(100)])
    assert found is not None
    assert len(found) == MOST_MATCHES
    assert max(map(len, found)) == LONGEST_MATCH


def test_survives_what_a_page_can_show() -> None:
    assert search(r".\Z", ["\0\x1b[31m\N{REPLACEMENT CHARACTER}'\"\\"]) == ("\\",)
