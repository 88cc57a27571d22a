from __future__ import annotations

import pytest

from freshboot.stamp.constant import Constant
from freshboot.stamp.mark import MarkRefused, stamped
from tests.stamp.samples import NEW, OLD

MARK = Constant("streamlit_app.py", "DEPLOYMENT_VERSION")
NEW_BYTES = str(NEW).encode()


def refusal(data: bytes | None) -> MarkRefused:
    with pytest.raises(MarkRefused) as caught:
        stamped(MARK, data, NEW)
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize("prefix", [b"", b"r", b"R", b"u", b"U"])
@pytest.mark.parametrize("quote", [b"'", b'"', b"'''", b'"""'])
@pytest.mark.parametrize("old", [b"", b"1.0.2", b"a\\\\b", b"a\\\nb", b"\\'\\\"", b"\\x41"])
@pytest.mark.parametrize(
    ("head", "tail"), [(b" = ", b"\n"), (b": str = (", b"  # why\n)\n"), (b"=\\\n ", b"; import sys")]
)
def test_only_what_is_between_the_quotes_changes(
    prefix: bytes, quote: bytes, old: bytes, head: bytes, tail: bytes
) -> None:
    before = b"import os\nDEPLOYMENT_VERSION" + head + prefix + quote + old + quote + tail
    after = b"import os\nDEPLOYMENT_VERSION" + head + prefix + quote + NEW_BYTES + quote + tail
    assert stamped(MARK, before, NEW) == after
    assert stamped(MARK, after, NEW) == after
    assert MARK.value(after) == str(NEW)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbf", b""),
        (b"# -*- coding: latin-1 -*-\nx = 'caf\xe9'; ", b"; y = '\xe9'"),
        (b"#!/usr/bin/python\n# coding: cp1252\n'\x80'; ", b"\n"),
        (b"x = '\xc3\xa9\xe2\x82\xac'; ", b"\n"),
        (b"\x0cx = 1\n\x0c", b"\n\x0c"),
        (b"'''\x0c\n\xe2\x80\xa8\xc2\x85'''; ", b"\n"),
        (b"x = 1\rif x:\r    y = 2\r", b"\r"),
        (b"x = 1\r\n", b"\r\n"),
        (b"if x:\n\ty = 1\n", b""),
        (b"# coding: shift_jis\nx = '\x83\x5c'; ", b"\n"),
        (b'"""\nDEPLOYMENT_VERSION = "0.1"\n"""\n', b"\n'DEPLOYMENT_VERSION'\n"),
        (b"def f():\n    DEPLOYMENT_VERSION = 'mine'\nclass C:\n    DEPLOYMENT_VERSION = 'its'\n", b"\n"),
        (b"import re\nre.match('\\d', '')\n", b"\nassert DEPLOYMENT_VERSION is 1\n"),
    ],
)
def test_nothing_around_it_matters(before: bytes, after: bytes) -> None:
    head, tail = before + b"DEPLOYMENT_VERSION = '", b"'" + after
    assert stamped(MARK, head + b"1.0" + tail, NEW) == head + NEW_BYTES + tail


@pytest.mark.parametrize(
    ("code", "line", "reason"),
    [
        (b"DEPLOYMENT_VERSION = '1'\nDEPLOYMENT_VERSION = '1'\n", 2, "bound 2 times, in lines 1, 2"),
        (b"\nif 1:\n    DEPLOYMENT_VERSION = '1'\n", 3, "by `if`"),
        (b"DEPLOYMENT_VERSION, x = '1', '2'\n", 1, "together with other names"),
        (b"DEPLOYMENT_VERSION = f'1'\n", 1, "not a plain string"),
        (b"DEPLOYMENT_VERSION = f'{x}'\n", 1, "not a plain string"),
        (b"DEPLOYMENT_VERSION = b'1'\n", 1, "not a plain string"),
        (b"DEPLOYMENT_VERSION = 1\n", 1, "not a plain string"),
        (b"DEPLOYMENT_VERSION = None\n", 1, "not a plain string"),
        (b"DEPLOYMENT_VERSION = '1' + ''\n", 1, "not a plain string"),
        (b"DEPLOYMENT_VERSION = ['1'][0]\n", 1, "not a plain string"),
        (b"DEPLOYMENT_VERSION = '1' ''\n", 1, "several strings"),
        (b"DEPLOYMENT_VERSION = (\n'1'\n'2')\n", 2, "several strings"),
        (b"DEPLOYMENT_VERSION = '''1''' '''2'''\n", 1, "several strings"),
        (b"DEPLOYMENT_VERSION = r'1' u'2'\n", 1, "several strings"),
        (b"\nDEPLOYMENT_VERSION = '1\n", 2, "not valid Python"),
        (b"# coding: klingon\nDEPLOYMENT_VERSION = '1'\n", None, "not valid Python"),
        (b"DEPLOYMENT_VERSION = '\xe9'\n", None, "not valid Python"),
        (b"# coding: utf-7\n'+AGE-'; DEPLOYMENT_VERSION = '1'\n", 2, "its place in the file cannot be told"),
        (b"# coding: utf-7\nDEPLOYMENT_VERSION = '1'\n", None, "not valid Python"),
        (b"DEPLOYMENT_VERSION = '1'\n\0", 2, "NUL bytes"),
        (b"x = 1\n", None, "the module binds no such name"),
        (None, None, "there is no such file"),
    ],
)
def test_anything_else_is_refused_with_its_line(code: bytes | None, line: int | None, reason: str) -> None:
    error = refusal(code)
    assert reason in error.message
    assert error.message.startswith("streamlit_app.py")
    if line is not None:
        assert error.message.startswith(
            f"streamlit_app.py:{line}: cannot stamp the constant DEPLOYMENT_VERSION: "
        )


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (None, None),
        (b"x = 1\n", None),
        (b"# DEPLOYMENT_VERSION\n", None),
        (b"DEPLOYMENT_VERSION = 'a' 'b'\n", "ab"),
    ],
)
def test_tells_what_it_is_bound_to(data: bytes | None, value: str | None) -> None:
    assert MARK.value(data) == value


def test_a_file_without_the_word_need_not_be_valid_python() -> None:
    assert MARK.value(b"print 'old'\n") is None


@pytest.mark.parametrize(
    "after",
    [
        b"DEPLOYMENT_VERSION = '2'\nx = 2\n",
        b"DEPLOYMENT_VERSION = '2'\nx = 1.0\n",
        b"DEPLOYMENT_VERSION = '2'\nx = True\n",
        b"DEPLOYMENT_VERSION = '2'\nx = 1\ny = 1\n",
        b"DEPLOYMENT_VERSION: str = '2'\nx = 1\n",
        b"x = 1\n",
    ],
)
def test_verifying_refuses_another_program(after: bytes) -> None:
    with pytest.raises(MarkRefused, match="it would change the program"):
        MARK.verify(b"DEPLOYMENT_VERSION = '1'\nx = 1\n", after)


def test_a_deep_expression_is_no_trouble() -> None:
    before = b"x = " + b"+".join([b"1"] * 900) + b"\nDEPLOYMENT_VERSION = ''\n"
    assert stamped(MARK, before, OLD).endswith(str(OLD).encode() + b"'\n")
