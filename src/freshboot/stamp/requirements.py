"""What pip reads in a requirements file, so that a stamp can be shown not to change it."""

from __future__ import annotations

import codecs
import re
import warnings

from freshboot.pip_lines import joined

_CODING = re.compile(rb"coding[:=]\s*([-\w.]+)")


def requirement_lines(data: bytes) -> tuple[str, ...]:
    """The logical lines: comments gone, continued lines joined, environment variables left as they stand.

    :raises ValueError: the file cannot be decoded.
    """
    return joined(_decode(data))


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
