from __future__ import annotations

import pytest

from freshboot.stamp.comment import Comment
from freshboot.stamp.mark import MarkRefused, stamped
from freshboot.stamp.requirements import requirement_lines
from freshboot.stamp.toml_values import streamlit_values
from freshboot.stamp.yaml_events import yaml_events
from tests.stamp.samples import NEW, OLD

REQUIREMENTS = Comment("requirements.txt", requirement_lines)
CONFIG = Comment(".streamlit/config.toml", streamlit_values, creates=True)
SETTINGS = Comment("settings.yml", yaml_events)
PLAIN = Comment("setup.cfg")

LINE = f"# freshboot: {NEW}".encode()
OLD_LINE = f"# freshboot: {OLD}".encode()


def refusal(mark: Comment, data: bytes | None) -> MarkRefused:
    with pytest.raises(MarkRefused) as caught:
        stamped(mark, data, NEW)
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"six\n", LINE + b"\nsix\n"),
        (b"six\r\nattrs\r\n", LINE + b"\r\nsix\r\nattrs\r\n"),
        (b"six\rattrs\r", LINE + b"\rsix\rattrs\r"),
        (b"# odd\r note\nsix\n", LINE + b"\n# odd\r note\nsix\n"),
        (b"six", LINE + b"\nsix"),
        (b"", LINE + b"\n"),
        (b"\n\tsix\n", LINE + b"\n\n\tsix\n"),
        (b"\xef\xbb\xbfsix\n", b"\xef\xbb\xbf" + LINE + b"\nsix\n"),
        (b"caf\xe9\n", LINE + b"\ncaf\xe9\n"),
    ],
)
def test_is_inserted_at_the_top_with_the_files_own_line_ending(before: bytes, after: bytes) -> None:
    assert stamped(REQUIREMENTS, before, NEW) == after


@pytest.mark.parametrize(
    ("head", "rest"),
    [
        (b"# -*- coding: latin-1 -*-\n", b"# caf\xe9\nsix\n"),
        (b"# note\r\n# vim: set fileencoding=latin-1 :\r\n", b"six\r\n"),
        (b"\xef\xbb\xbf# coding: utf-8\n", b"six\n"),
        (b"six \\\n# coding: utf-8\n", b"attrs\n"),
    ],
)
def test_is_inserted_behind_a_coding_line(head: bytes, rest: bytes) -> None:
    ending = b"\r\n" if head.endswith(b"\r\n") else b"\n"
    assert stamped(REQUIREMENTS, head + rest, NEW) == head + LINE + ending + rest


def test_a_coding_line_without_an_end_gets_one() -> None:
    assert stamped(REQUIREMENTS, b"# coding: utf-8", NEW) == b"# coding: utf-8\n" + LINE


def test_a_third_line_declares_nothing() -> None:
    assert stamped(REQUIREMENTS, b"six\n\n# coding: utf-8\n", NEW).startswith(LINE + b"\nsix")


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r", b""])
@pytest.mark.parametrize("indentation", [b"", b"  ", b"\t"])
def test_is_replaced_from_its_hash_to_its_stamp(ending: bytes, indentation: bytes) -> None:
    head = b"six\n" + indentation
    assert stamped(REQUIREMENTS, head + OLD_LINE + ending, NEW) == head + LINE + ending


@pytest.mark.parametrize("behind", [b" ", b"\t", b"  keep me", b" # and me"])
def test_what_follows_the_stamp_is_kept(behind: bytes) -> None:
    assert stamped(REQUIREMENTS, OLD_LINE + behind + b"\nsix\n", NEW) == LINE + behind + b"\nsix\n"


@pytest.mark.parametrize("note", [b" (freshboot init)", b" (made by freshboot init)"])
@pytest.mark.parametrize("value", [b"0.1.0", str(OLD).encode()])
def test_a_mark_that_init_wrote_keeps_its_note(value: bytes, note: bytes) -> None:
    assert (
        stamped(REQUIREMENTS, b"# freshboot: " + value + note + b"\nsix\n", NEW) == LINE + note + b"\nsix\n"
    )


def test_a_loosely_written_mark_is_tidied_in_its_place() -> None:
    assert stamped(REQUIREMENTS, b"six\n#freshboot:   1.0.0\n", NEW) == b"six\n" + LINE + b"\n"


def test_a_mark_behind_a_byte_order_mark_is_found() -> None:
    assert stamped(REQUIREMENTS, b"\xef\xbb\xbf" + OLD_LINE, NEW) == b"\xef\xbb\xbf" + LINE


@pytest.mark.parametrize(
    "line",
    [
        b"# freshboot: needed for the badge",
        b"# freshboot: 0.3 is needed",
        b"# freshboot:",
        b"six  " + OLD_LINE,
        b"# see # freshboot: 1.0.0",
        b"# freshboot_: 1.0.0",
    ],
)
def test_another_comment_is_left_alone(line: bytes) -> None:
    assert stamped(REQUIREMENTS, line + b"\n", NEW) == LINE + b"\n" + line + b"\n"


@pytest.mark.parametrize("mark", [REQUIREMENTS, CONFIG, SETTINGS, PLAIN])
def test_is_placed_once(mark: Comment) -> None:
    once = stamped(mark, b"", OLD)
    twice = stamped(mark, once, NEW)
    assert twice == LINE + b"\n"
    assert stamped(mark, twice, NEW) == twice


@pytest.mark.parametrize(
    ("data", "value"), [(OLD_LINE, str(OLD)), (b"# freshboot: 1.0\n", "1.0"), (b"", None), (None, None)]
)
def test_tells_what_stands_in_it(data: bytes | None, value: str | None) -> None:
    assert REQUIREMENTS.value(data) == value


def test_a_file_that_has_it_twice_is_refused() -> None:
    error = refusal(REQUIREMENTS, OLD_LINE + b"\nsix\n" + LINE + b"\n")
    assert str(error).startswith(
        "requirements.txt:3: cannot stamp the comment: it is there 2 times, in lines 1, 3"
    )


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-16", "UTF-16"), ("utf-32", "UTF-32"), ("utf-16-le", "NUL bytes"), ("utf-32-be", "NUL bytes")],
)
@pytest.mark.parametrize("mark", [REQUIREMENTS, CONFIG, SETTINGS, PLAIN])
def test_wide_encodings_are_refused_by_name(mark: Comment, encoding: str, name: str) -> None:
    assert name in str(refusal(mark, "# six\n".encode(encoding)))


def test_an_absent_requirements_file_is_not_made() -> None:
    error = refusal(REQUIREMENTS, None)
    assert str(error).startswith("requirements.txt: cannot stamp the comment: there is no such file")
    assert "`marks:`" in error.remedy


def test_an_absent_configuration_is_made() -> None:
    assert stamped(CONFIG, None, NEW) == LINE + b"\n"


@pytest.mark.parametrize("quotes", [b'"""', b"'''"])
def test_text_in_a_toml_string_is_no_mark(quotes: bytes) -> None:
    before = b"[theme]\nbase = " + quotes + b"\n" + OLD_LINE + b"\n" + quotes + b"\n"
    assert CONFIG.value(before) is None
    after = stamped(CONFIG, before, NEW)
    assert after == LINE + b"\n" + before
    assert stamped(CONFIG, after, OLD) == OLD_LINE + b"\n" + before


@pytest.mark.parametrize("quotes", [b'"""', b"'''"])
def test_the_mark_beside_such_a_string_is_replaced(quotes: bytes) -> None:
    string = b"a = " + quotes + b"\n" + OLD_LINE + b"\n" + quotes + b"\n"
    assert stamped(CONFIG, string + OLD_LINE + b"\nb = nan\n", NEW) == string + LINE + b"\nb = nan\n"


def test_a_mark_inside_an_array_is_replaced() -> None:
    assert stamped(CONFIG, b"a = [1,\n" + OLD_LINE + b"\n2]\n", NEW) == b"a = [1,\n" + LINE + b"\n2]\n"


def test_text_in_a_yaml_scalar_is_no_mark() -> None:
    before = b"a: |\n  " + OLD_LINE + b"\n"
    assert stamped(SETTINGS, before, NEW) == LINE + b"\n" + before


@pytest.mark.parametrize(
    ("mark", "data", "reason"),
    [
        (CONFIG, b"[server\n", "not valid TOML: .* line 1"),
        (CONFIG, b"\xef\xbb\xbf[server]\n", "byte order mark"),
        (CONFIG, b"a = '\xe9'\n", "not UTF-8"),
        (SETTINGS, b"a: [\n", "not valid YAML"),
        (REQUIREMENTS, b"# coding: klingon\nsix\n", "klingon"),
    ],
)
def test_a_file_that_its_readers_cannot_read_is_refused(mark: Comment, data: bytes, reason: str) -> None:
    import re

    assert re.search(f"the file cannot be read: .*{reason}", str(refusal(mark, data)))


@pytest.mark.parametrize("mark", [REQUIREMENTS, CONFIG, SETTINGS])
def test_verifying_refuses_another_meaning(mark: Comment) -> None:
    with pytest.raises(MarkRefused, match="it would change what the file says"):
        mark.verify(b"a: 1\n" if mark is SETTINGS else b"a=1\n", b"a: 2\n" if mark is SETTINGS else b"a=2\n")
