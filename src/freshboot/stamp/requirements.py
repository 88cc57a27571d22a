"""What pip reads in a requirements file.

By pip's own rules (``pip/_internal/req/req_file.py``, 23.2 and 26.0 alike; a test holds this to the pip that
is installed), so that a stamp can be shown not to change it.
"""

from __future__ import annotations

import codecs
import re
import warnings

_CODING = re.compile(rb"coding[:=]\s*([-\w.]+)")
_COMMENT = re.compile(r"(^|\s+)#.*$")


def requirement_lines(data: bytes) -> tuple[str, ...]:
    """The logical lines: comments gone, continued lines joined, environment variables left as they stand.

    :raises ValueError: the file cannot be decoded.
    """
    logical = []
    continued = ""
    for line in _decode(data).splitlines():
        comment = _COMMENT.match(line)
        if line.endswith("\\") and not comment:
            continued += line.strip("\\")
            continue
        # A comment ends a continued line, and is one only behind a blank.
        logical.append(continued + (" " if comment else "") + line)
        continued = ""
    logical.append(continued)
    bare = (_COMMENT.sub("", line).strip() for line in logical)
    return tuple(line for line in bare if line)


def _decode(data: bytes) -> str:
    if data.startswith(codecs.BOM_UTF8):
        return data[len(codecs.BOM_UTF8) :].decode()
    for line in data.split(b"\n")[:2]:
        if line.startswith(b"#") and (coding := _CODING.search(line)):
            return _declared(data, coding[1].decode("ascii", "replace"))
    try:
        return data.decode()
    except UnicodeDecodeError:
        # pip then takes the machine's own encoding; any with the same ASCII characters will do to compare.
        return data.decode("latin-1")


def _declared(data: bytes, encoding: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # some odd encodings warn of what they read
            return data.decode(encoding)
    except LookupError:
        raise ValueError(f"it is declared as {encoding}, which is no encoding") from None
    except ValueError as error:
        raise ValueError(f"it is declared as {encoding}, but is not: {error}") from None
