"""The line that says what is awaited: its words, what is written above it, and its end."""

from __future__ import annotations

import io

import pytest

from freshboot.tell.progress import Progress, duration


class Clock:
    at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "0 s"), (42, "42 s"), (59.7, "1 m 0 s"), (558, "9 m 18 s"), (7260, "2 h 1 m"), (-3, "0 s")],
)
def test_a_duration_is_told_as_people_say_it(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_it_tells_what_for_how_long_and_how_long_yet() -> None:
    clock = Clock()
    progress = Progress(io.StringIO(), clock)
    progress.awaiting("the host to pull 3f2a9c1", 600)
    clock.at = 42
    assert progress.told() == "waiting for the host to pull 3f2a9c1 · 42 s, up to 9 m 18 s more"
    progress.awaiting("")


def test_what_is_awaited_next_has_been_waited_for_since_the_beginning() -> None:
    clock = Clock()
    progress = Progress(io.StringIO(), clock)
    progress.awaiting("one thing", 600)
    clock.at = 10
    progress.awaiting("another", 590)
    assert progress.told() == "waiting for another · 10 s, up to 9 m 50 s more"
    progress.awaiting("")


def test_something_else_is_written_where_the_line_was() -> None:
    file = io.StringIO()
    progress = Progress(file, Clock())
    progress.awaiting("a thing", 60)
    drawn = file.getvalue()
    with progress.aside():
        file.write("event\n")
    assert file.getvalue() == f"{drawn}\r\x1b[Kevent\n{drawn}"
    progress.awaiting("")


def test_nothing_is_left_of_it() -> None:
    file = io.StringIO()
    progress = Progress(file, Clock())
    progress.awaiting("a thing", 60)
    progress.awaiting("")
    assert file.getvalue().endswith("\r\x1b[K")
    with progress.aside():
        file.write("x")
    assert file.getvalue().endswith("\r\x1b[Kx")


def test_what_is_awaited_is_one_harmless_line() -> None:
    file = io.StringIO()
    progress = Progress(file, Clock())
    progress.awaiting("a\nthing \x1b[31m of " + "very " * 40 + "many words", 60)
    progress.awaiting("")
    assert "\n" not in file.getvalue()
    assert "\x1b[31m" not in file.getvalue()
    assert max(map(len, file.getvalue().replace("\x1b[K", "").split("\r"))) < 80
