"""Two programs are the same only if nothing about them differs that could show."""

from __future__ import annotations

import pytest

from freshboot.app.codes import fingerprint


def of(source: str) -> tuple[object, ...]:
    return fingerprint(compile(source, "file.py", "exec", dont_inherit=True))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = 2"),
        ("x = 1", "x = 1.0"),
        ("x = 1", "x = True"),
        ("x = 0.0", "x = -0.0"),
        ("x = 'a'", "x = b'a'"),
        ("x = (1, 2)", "x = (1, 2.0)"),
        ("x in {1, 2}", "x in {1, 3}"),
        ("x", "y"),
        ("x = 1", "\nx = 1"),
        ("x = 1; y = 2", "x = 1\ny = 2"),
        ("def f(a): return 1", "def f(a): return 2"),
        ("def f(a): return 1", "def f(b): return 1"),
        ("def f(a): return 1", "def f(*, a): return 1"),
        ("def f(a, /): return 1", "def f(a): return 1"),
        ("def f(a): return 1", "async def f(a): return 1"),
        ("def f():\n  x = 1\n  return lambda: x", "def f():\n  x = 1\n  return lambda: 1"),
        ("class C:\n  x = 1", "class C:\n  x = 2"),
        ("try:\n  f()\nexcept A:\n  pass", "try:\n  f()\nexcept B:\n  pass"),
        ("from __future__ import annotations\nx = 1", "\nx = 1"),
        ('"""A."""', '"""B."""'),
    ],
)
def test_differ(one: str, other: str) -> None:
    assert of(one) != of(other)


@pytest.mark.parametrize(
    "source", ["x in {'a', 'b', 'c', 'd'}", "def f(a=1, *b, **c):\n  yield a\n", "x = 1e400"]
)
def test_the_same_source_is_the_same(source: str) -> None:
    assert of(source) == of(source)


def test_a_comment_after_the_code_does_not_matter() -> None:
    assert of("x = 1") == of("x = 1  # one\n\n# the end\n")


def test_the_file_name_does_not_matter() -> None:
    assert fingerprint(compile("x = 1", "a.py", "exec")) == fingerprint(compile("x = 1", "b.py", "exec"))


def test_code_that_ran_is_still_the_same() -> None:
    """Interpreters from 3.11 on rewrite what they run often."""
    source = "def f(n):\n  return sum(i * i for i in range(n))\nfor _ in range(100): f(100)\n"
    code = compile(source, "file.py", "exec", dont_inherit=True)
    exec(code, {})
    assert fingerprint(code) == of(source)
