from __future__ import annotations

import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freshboot.stamp.requirements import requirement_lines

pieces = st.sampled_from(
    [
        *("six==1.16.0", "attrs", "-r other.txt", "pkg @ https://x.org/y#egg=pkg", "${INDEX}", "caf\xe9"),
        *(" ", "\t", "#", " # ", "\\", "\\\\", "\n", "\r\n", "\r", "\x0c", "\x1c", "\x85", "\u2028"),
        *("# -*- coding: latin-1 -*-", "# coding=utf-8", "# freshboot: 1.0.0\n"),
    ]
)


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"six==1.16.0\n\n# note\nattrs # why\n", ("six==1.16.0", "attrs")),
        (b"six \\\r\n  --hash=sha256:0\r\n", ("six   --hash=sha256:0",)),
        (b"six \\\n# note\nattrs\n", ("six", "attrs")),
        (b"six\\\n# note\nattrs\n", ("six", "attrs")),
        (b"# note \\\nsix", ("six",)),
        (b"pkg @ https://x.org/y#egg=pkg\n", ("pkg @ https://x.org/y#egg=pkg",)),
        (b"# note\x0csix\n", ("six",)),
        (b"six \\", ("six",)),
        (b"\xef\xbb\xbfsix\n", ("six",)),
        (b"# coding: latin-1\ncaf\xe9\n", ("caf\xe9",)),
        (b"caf\xe9\n", ("caf\xe9",)),
        (b"", ()),
    ],
)
def test_reads_logical_lines(data: bytes, lines: tuple[str, ...]) -> None:
    assert requirement_lines(data) == lines


def test_an_odd_encoding_is_read_quietly() -> None:
    assert requirement_lines(b"# coding: unicode_escape\nsix \\# note\n") == ("six \\# note",)


@pytest.mark.parametrize("data", [b"# coding: klingon\n", b"# coding: ascii\n\xe9\n", b"\xef\xbb\xbf\xe9\n"])
def test_refuses_what_pip_cannot_decode(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"klingon|ascii|utf-8"):
        requirement_lines(data)


def pip_reads(data: bytes) -> list[str]:
    req_file = pytest.importorskip("pip._internal.req.req_file")
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        _, content = req_file.get_file_content(file.name, session=None)
    return [line for _, line in req_file.preprocess(content)]


@given(st.lists(pieces).map("".join), st.sampled_from(["utf-8", "utf-8-sig"]))
def test_reads_what_pip_reads(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    try:
        expected = pip_reads(data)
    except (LookupError, UnicodeDecodeError):
        with pytest.raises(ValueError, match="declared as"):
            requirement_lines(data)
    else:
        assert list(requirement_lines(data)) == expected
