from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freshboot.stamp.python_source import PythonSource

ENCODINGS = ["utf-8", "utf-8-sig", "latin-1", "cp1252", "koi8-r", "shift_jis", "euc-jp", "gb18030"]
lines = st.lists(
    st.sampled_from(
        [
            "x = '%s'",
            "x = 'caf\xe9'; y = '%s'",
            "'''\x0c\n\u2028'''; y = '%s'",
            "\x0cx = '%s'",
            "# \u65e5\u672c",
            "",
        ]
    ),
    max_size=6,
)


@given(lines, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(ENCODINGS))
def test_every_string_is_where_ast_says(statements: list[str], ending: str, encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = ending.join([f"# coding: {declared}", *statements]).replace("%s", "here")
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        return
    source = PythonSource(data)
    for node in ast.walk(ast.parse(data)):
        if isinstance(node, ast.Constant) and node.value == "here":
            start = source.offset(source.index(node.lineno, node.col_offset))
            end = source.offset(source.index(node.end_lineno or 0, node.end_col_offset or 0))
            assert data[start:end] == b"'here'"


@pytest.mark.parametrize(
    "data", [b"x = '\xe9'\n", b"# coding: klingon\n", b"\xef\xbb\xbf# coding: latin-1\n"]
)
def test_refuses_what_python_cannot_decode(data: bytes) -> None:
    with pytest.raises((ValueError, SyntaxError)):
        PythonSource(data)


def test_refuses_an_encoding_that_does_not_give_the_bytes_back() -> None:
    # "+AGE-" is a longer way to write "a" in UTF-7.
    source = PythonSource(b"# coding: utf-7\nx = '+AGE-'; y = 'here'\n")
    with pytest.raises(ValueError, match="more than one way"):
        source.offset(source.text.index("here"))
