from __future__ import annotations

import ast
import sys

import pytest

from freshboot.stamp.bindings import bindings


def lines(code: str) -> list[int]:
    return [one.line for one in bindings(ast.parse(code), "V")]


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("V = W = '1'", "together with other names"),
        ("W = V = '1'", "together with other names"),
        ("V, W = '1', '2'", "together with other names"),
        ("[W, *V] = '1', '2'", "together with other names"),
        ("V += '1'", "by an augmented assignment"),
        ("V: str", "without a value"),
        ("print(V := '1')", "within an expression"),
        ("[V := w for w in '12']", "within an expression"),
        ("del V", "and deleted by `del`"),
        ("import V", "by `import`"),
        ("import V.w", "by `import`"),
        ("import w as V", "by `import`"),
        ("from w import V", "by `import`"),
        ("from w import x as V", "by `import`"),
        ("def V(): pass", "by `def`"),
        ("async def V(): pass", "by `def`"),
        ("class V: pass", "by `class`"),
        ("def f():\n  global V\n  V = '1'", "by `def`"),
        ("class C:\n  def f(self):\n    def g():\n      global W, V", "by `class`"),
        ("f = lambda w=(V := '1'): w", "together with other names"),
        ("for V in '12': pass", "by `for`"),
        ("for w in '12':\n  V = w", "by `for`"),
        ("if True:\n  V = '1'", "by `if`"),
        ("if (V := '1'): pass", "by `if`"),
        ("while True:\n  V = '1'", "by `while`"),
        ("with open('w') as V: pass", "by `with`"),
        ("with open('w') as w:\n  V = w", "by `with`"),
        ("try:\n  V = '1'\nfinally: pass", "by `try`"),
        ("try: pass\nexcept E as V: pass", "by `try`"),
        ("match w:\n  case V: pass", "by `match`"),
        ("match w:\n  case [*V]: pass", "by `match`"),
        ("match w:\n  case {**V}: pass", "by `match`"),
        ("match w:\n  case 1:\n    V = '1'", "by `match`"),
    ],
)
def test_sees_every_way_to_bind(code: str, how: str) -> None:
    found = list(bindings(ast.parse(code), "V"))
    assert [(one.how, one.value) for one in found] == [(how, None)]


@pytest.mark.parametrize(
    "code", ["V = '1'", "V: str = '1'", "import w; V = '1'", "V = ('1')", "V = 1", "V = f'{w}'"]
)
def test_gives_the_value_of_a_plain_binding(code: str) -> None:
    (only,) = bindings(ast.parse(code), "V")
    assert only.value is not None


@pytest.mark.parametrize(
    "code",
    [
        "print(V)",
        "w.V = '1'",
        "w['V'] = '1'",
        "V.w = '1'",
        "def f(V='1'): V = '2'",
        "def f():\n  V = '1'",
        "class C:\n  V = '1'",
        "w = [V for V in '12']",
        "w = {V: V for V in '12'}",
        "w = lambda V: V",
        "'''\nV = '1'\n'''",
        "global V",
        "f(V='1')",
        "from V import w",
    ],
)
def test_other_names_and_other_scopes_do_not_count(code: str) -> None:
    assert lines(code) == []


def test_counts_each_binding_with_its_line() -> None:
    assert lines("V = '1'\nV = '2'\nif w:\n  V = '3'\nelse:\n  V = '4'\n") == [1, 2, 4, 6]
    assert lines("V = (V := '1')") == [1, 1]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="new syntax")
def test_sees_a_type_alias() -> None:
    assert lines("type V = int") == [1]


def test_deep_expressions_are_no_trouble() -> None:
    assert lines("w = " + "+".join("1" * 900) + "\nV = '1'") == [2]
