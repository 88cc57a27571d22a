"""The app's own exceptions, as real versions of Streamlit tell them (tests/live/test_look.py runs some)."""

from __future__ import annotations

import pytest

from freshboot.judge.pages import Frame, Raised, frame, raised

TRACKED = ("main.py", "app/main.py", "lib/calc.py", "lib/broken.py", "pages/P.py", "json/decoder.py")
ROOT = "/mount/src/shop"
MAIN = f'File "{ROOT}/main.py", line 6, in <module>\n    lib.calc.fail()\n    ^^^^^^^^^^^^^^^'
CALC = f'File "{ROOT}/lib/calc.py", line 3, in fail\n    return {{}}["revenue"]'
PYTHON = 'File "/home/adminuser/venv/lib/python3.11/json/decoder.py", line 355, in raw_decode'
STREAMLIT = 'File "/home/adminuser/venv/lib/python3.11/site-packages/streamlit/main.py", line 5, in exec'
CAUSED = "The above exception was the direct cause of the following exception:"


def test_names_the_deepest_frame_of_the_app() -> None:
    assert frame([MAIN, CALC], TRACKED) == Frame("lib/calc.py", 3, "fail")


def test_passes_over_libraries_also_where_the_repository_has_a_file_of_the_same_name() -> None:
    assert frame([STREAMLIT, MAIN, PYTHON], TRACKED) == Frame("main.py", 6, "<module>")


def test_passes_over_a_foreign_file_outside_of_the_apps_root() -> None:
    foreign = 'File "/opt/tools/main.py", line 9, in run'
    assert frame([MAIN, CALC, foreign], TRACKED) == Frame("lib/calc.py", 3, "fail")


def test_takes_the_longest_tracked_path() -> None:
    assert frame([f'File "{ROOT}/app/main.py", line 1, in f'], TRACKED) == Frame("app/main.py", 1, "f")


def test_sees_by_the_other_frames_that_the_root_ends_like_a_tracked_folder() -> None:
    """A checkout in a folder app, and a tracked app/main.py beside main.py."""
    stack = [f'File "/srv/app/{path}", line 1, in f' for path in ("lib/calc.py", "main.py")]
    assert frame(stack, TRACKED) == Frame("main.py", 1, "f")


def test_of_chained_exceptions_takes_the_one_that_is_named() -> None:
    assert frame([MAIN, CALC, "KeyError: 'revenue'", CAUSED, MAIN], TRACKED) == Frame(
        "main.py", 6, "<module>"
    )


def test_of_chained_exceptions_names_no_frame_of_another() -> None:
    assert frame([MAIN, CALC, "KeyError: 'revenue'", CAUSED, PYTHON], TRACKED) is None


def test_of_a_group_takes_where_the_group_was_raised() -> None:
    assert frame([MAIN, "+---------------- 1 ----------------", f"| {CALC}"], TRACKED) == Frame(
        "main.py", 6, "<module>"
    )


def test_reads_windows_paths() -> None:
    assert frame(['File "C:\\app\\lib\\calc.py", line 3, in fail'], TRACKED) == Frame(
        "lib/calc.py", 3, "fail"
    )


@pytest.mark.parametrize(
    "stack", [[], ["no frame at all"], [PYTHON, STREAMLIT], ['File "x.py", line 1, in f']]
)
def test_names_no_frame_where_there_is_none_of_the_app(stack: list[str]) -> None:
    assert frame(stack, TRACKED) is None


def test_is_not_fooled_by_a_source_line_that_looks_like_a_frame() -> None:
    entry = f'{MAIN}\nFile "{ROOT}/lib/calc.py", line 9, in forged'
    assert frame([entry], TRACKED) == Frame("main.py", 6, "<module>")


def test_a_hostile_stack_takes_no_time() -> None:
    stack = ['File "' + "/a" * 100_000 + '", line 1, in f', "File " * 100_000, "|" * 100_000] * 1000
    assert frame(stack, TRACKED) is None


SYNTAX = f'File "{ROOT}/lib/broken.py", line 1\n  def x(:\n        ^\nSyntaxError: invalid syntax'


def test_of_a_syntax_error_names_the_faulty_line() -> None:
    assert raised("SyntaxError", SYNTAX, [MAIN], TRACKED) == Raised(
        "SyntaxError", "invalid syntax", Frame("lib/broken.py", 1)
    )


def test_of_a_librarys_syntax_error_names_where_the_app_ran_into_it() -> None:
    message = (
        'File "/home/venv/lib/python3.11/site-packages/x.py", line 1\n  def\nSyntaxError: invalid syntax'
    )
    assert raised("SyntaxError", message, [MAIN], TRACKED).frame == Frame("main.py", 6, "<module>")


REDACTED = (
    "This app has encountered an error. The original error message is redacted to prevent data leaks. …"
)


@pytest.mark.parametrize(
    ("type_", "stack", "words"),
    [
        ("", [], "an exception; the app hides what it says"),
        ("KeyError", [], "KeyError; the app hides what it says"),
        ("KeyError", [MAIN, CALC], "KeyError (lib/calc.py, line 3, in fail); the app hides what it says"),
        ("SyntaxError", [MAIN], "SyntaxError (main.py, line 6); the app hides what it says"),
    ],
    ids=["none", "type", "stacktrace", "syntax"],
)
def test_says_what_is_known_where_the_app_hides_details(type_: str, stack: list[str], words: str) -> None:
    assert str(raised(type_, REDACTED, stack, TRACKED)) == words


def test_quotes_type_message_and_place() -> None:
    assert str(raised("KeyError", "'revenue'", [MAIN, CALC], TRACKED)) == (
        "KeyError: 'revenue' (lib/calc.py, line 3, in fail)"
    )
    assert str(raised("RuntimeError", "", [], TRACKED)) == "RuntimeError"


def test_bounds_what_it_quotes() -> None:
    assert len(str(raised("E" * 10**6, "m" * 10**6, [], TRACKED))) < 2000
