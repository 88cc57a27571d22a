from __future__ import annotations

import pytest

from freshboot.stamp.mark import MarkRefused, stamped
from freshboot.stamp.whole_file import WholeFile
from tests.stamp.samples import NEW, OLD

FILE = WholeFile("DEPLOYMENT_VERSION")
NEW_BYTES, OLD_BYTES = str(NEW).encode(), str(OLD).encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, NEW_BYTES + b"\n"),
        (b"", NEW_BYTES + b"\n"),
        (b"\r\n", NEW_BYTES + b"\r\n"),
        (OLD_BYTES, NEW_BYTES),
        (OLD_BYTES + b"\r\n", NEW_BYTES + b"\r\n"),
        (b"\xef\xbb\xbf\n\t" + OLD_BYTES + b" \n\n", b"\xef\xbb\xbf\n\t" + NEW_BYTES + b" \n\n"),
        (b"caf\xe9\n", NEW_BYTES + b"\n"),
    ],
)
def test_only_the_word_changes(before: bytes | None, after: bytes) -> None:
    assert stamped(FILE, before, NEW) == after
    assert stamped(FILE, after, NEW) == after


@pytest.mark.parametrize(
    ("data", "value"), [(None, None), (b" \n", None), (b"1.0\n", "1.0"), (OLD_BYTES, str(OLD))]
)
def test_tells_what_stands_in_it(data: bytes | None, value: str | None) -> None:
    assert FILE.value(data) == value


def test_a_file_with_more_in_it_is_refused() -> None:
    with pytest.raises(
        MarkRefused, match="DEPLOYMENT_VERSION: cannot stamp the file: it holds more than one word"
    ) as caught:
        stamped(FILE, b"1.0\n# by hand\n", NEW)
    assert caught.value.remedy


def test_a_wide_encoding_is_refused_by_name() -> None:
    with pytest.raises(MarkRefused, match="UTF-16"):
        stamped(FILE, "1.0".encode("utf-16"), NEW)
