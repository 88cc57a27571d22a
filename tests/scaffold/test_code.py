from __future__ import annotations

import pytest

from freshboot.scaffold.code import with_badge, with_boot, with_constant
from freshboot.scaffold.code_undo import without_lines
from freshboot.scaffold.errors import ScaffoldRefused
from tests.scaffold.repos import BADGE, BOOT, CONSTANT


def boot(data: bytes) -> bytes:
    return with_boot("app.py", data)


def badge(data: bytes, *, last: bool = False) -> bytes:
    return with_badge("app.py", data, last=last)


@pytest.mark.parametrize(
    ("head", "rest"),
    [
        (b"", b"import os\n"),
        (b'"""What it is."""\n\n', b"import os\n"),
        (b'#!/usr/bin/env python\n# -*- coding: latin-1 -*-\n"""\xe9"""\n', b"import os\n"),
        (b"from __future__ import annotations\n", b"import os\n"),
        (b'"""Doc,\nin two lines."""\nfrom __future__ import (\n    annotations,\n)\n', b"import os\n"),
        (b"# a note\n", b"@cached\ndef f(): ...\n"),
        (b"\xef\xbb\xbf", b"import os\n"),
        (b"'''Doc.'''\r\n", b"import os\r\n"),
        (b"x = 1"[:0], b"import os"),
    ],
)
def test_boot_comes_before_all_that_may_come_behind_it(head: bytes, rest: bytes) -> None:
    ending = b"\r\n" if b"\r\n" in rest else b"\n"
    assert boot(head + rest) == head + BOOT + ending + rest


@pytest.mark.parametrize(
    ("data", "after"),
    [
        (b"", BOOT + b"\n"),
        (b"# nothing yet", b"# nothing yet\n" + BOOT),
        (b'"""Doc."""', b'"""Doc."""\n' + BOOT),
        (b"from __future__ import annotations\n", b"from __future__ import annotations\n" + BOOT + b"\n"),
    ],
)
def test_boot_ends_a_file_that_does_nothing_yet(data: bytes, after: bytes) -> None:
    assert boot(data) == after


@pytest.mark.parametrize(
    "data",
    [
        b"import freshboot; freshboot.boot()\nimport os\n",
        b"from freshboot import boot\nboot()\n",
        b"import freshboot as fb\nfb.boot(keep=['x'])\n",
    ],
)
def test_an_app_that_calls_boot_is_left_as_it_is(data: bytes) -> None:
    assert boot(data) == data


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'"""Doc."""; import os\n', "shares its line"),
        (b"import os as\n", "app.py:1: not valid Python"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "Git LFS"),
        (b"# coding: klingon\n", "not valid Python"),
        (b"x = 1\0\n", "not valid Python"),
    ],
)
def test_where_boot_cannot_come_first_the_file_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(ScaffoldRefused, match=why) as caught:
        boot(data)
    assert caught.value.remedy


HEAD = BOOT + b"\nimport streamlit as st\n"


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        (b"st.set_page_config(\n    layout='wide',\n)  # first\n", b"st.title('x')\n"),
        (b"if True:\n    st.set_page_config()\n", b"    st.title('x')\n"),
        (b"def main():\n\tst.set_page_config()\n", b"\tst.title('x')\nmain()\n"),
        (b"import os\ntry:\n    import pandas\nexcept ImportError:\n    pass\n", b"\nst.title('x')\n"),
        (b"", b"def main():\n    import os\n    st.title('x')\nmain()\n"),
        (b"", b"@st.cache_data\ndef load(): ...\nimport os\n"),
    ],
)
def test_the_badge_stands_behind_the_page_s_settings_or_the_imports(before: bytes, behind: bytes) -> None:
    indentation = behind[: len(behind) - len(behind.lstrip(b" \t"))]
    assert badge(HEAD + before + behind) == HEAD + before + indentation + BADGE + b"\n" + behind


@pytest.mark.parametrize(
    ("data", "last"),
    [
        (b"import ui\nui.run()", True),  # another file sets the page up
        (b"if x:\n    st.set_page_config()\nelse:\n    st.set_page_config(layout='wide')\n", False),
        (b"def main(): st.set_page_config(); show()\nmain()\n", True),
    ],
)
def test_the_badge_ends_the_file_where_nothing_else_is_surely_late_enough(data: bytes, last: bool) -> None:
    ending = b"\n" if data.endswith(b"\n") else b""
    assert badge(HEAD + data, last=last) == (HEAD + data).rstrip(b"\n") + b"\n" + BADGE + ending


def test_the_badge_imports_what_the_app_has_imported_by_another_name() -> None:
    data = b"from freshboot import boot\nboot()\nimport streamlit as st\n"
    assert badge(data) == data + b"import freshboot; " + BADGE + b"\n"


def test_an_app_that_shows_the_badge_is_left_as_it_is() -> None:
    data = b"import freshboot; freshboot.boot()\nwith x:\n    freshboot.badge()\n"
    assert badge(data) == data


def test_the_constant_stands_behind_the_imports() -> None:
    assert (
        with_constant("app.py", HEAD + b"st.title('x')\n", "0.1.0") == HEAD + CONSTANT + b"\nst.title('x')\n"
    )


@pytest.mark.parametrize(
    "binding", [b"DEPLOYMENT_VERSION = '2'\n", b"from version import DEPLOYMENT_VERSION\n"]
)
def test_an_app_that_binds_the_name_keeps_it(binding: bytes) -> None:
    assert with_constant("app.py", HEAD + binding, "0.1.0") == HEAD + binding


FULL = BOOT + b"\nimport streamlit as st\n" + CONSTANT + b"\n" + BADGE + b"\nst.title('x')\n"
PLAIN = b"import streamlit as st\nst.title('x')\n"


def test_the_lines_go_and_the_rest_stays() -> None:
    assert without_lines("app.py", FULL) == PLAIN


@pytest.mark.parametrize(
    ("edited", "after"),
    [
        (FULL.replace(b"boot()", b"boot(keep=['registry'])"), PLAIN),
        (FULL.replace(b'"0.1.0"', b'"1.2.3+20261121T204300Z.g1a2b3c4.purple"'), PLAIN),
        (FULL.replace(b"import freshboot; freshboot", b"import freshboot\n\nfreshboot"), PLAIN),
        (b"import freshboot\n\n" + FULL.replace(b"import freshboot; ", b"x = 1\n"), b"\nx = 1\n" + PLAIN),
        (FULL + b"st.caption(DEPLOYMENT_VERSION)\n", b"import streamlit as st\n" + CONSTANT
         + b"\nst.title('x')\nst.caption(DEPLOYMENT_VERSION)\n"),
        (FULL + b"from freshboot import cache_key\ncache_key()\n",
         PLAIN + b"from freshboot import cache_key\ncache_key()\n"),
    ],
    ids=["arguments", "stamped", "formatted", "moved", "constant-in-use", "more-of-freshboot"],
)  # fmt: skip
def test_lines_that_were_edited_since_go_as_well(edited: bytes, after: bytes) -> None:
    assert without_lines("app.py", edited) == after


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (FULL + b"freshboot.diagnostics()\n", "uses freshboot otherwise"),
        (BOOT + b"\nif 1:\n    " + BADGE + b"\n", "would be no Python"),
        (BOOT + b"\nif 1: " + BADGE + b"\n", "holds something else"),
    ],
)
def test_lines_that_something_needs_are_told(data: bytes, why: str) -> None:
    with pytest.raises(ScaffoldRefused, match=why):
        without_lines("app.py", data)


def test_the_same_lines_without_init_s_note_are_the_user_s() -> None:
    data = b"import freshboot; freshboot.boot()\nfreshboot.badge()\ntext = '# (freshboot init)'\n"
    assert without_lines("app.py", data) == data
