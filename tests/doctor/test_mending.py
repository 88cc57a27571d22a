from __future__ import annotations

import pytest

from freshboot.doctor import Snapshot, examine, mended
from freshboot.doctor.snapshot import STREAMLIT_CONFIG
from tests.doctor.layouts import BOOT, PAGES, SINGLE, Files, snapshot_of

PAGE = "pages/two.py"
HEAD = '# -*- coding: utf-8 -*-\n"""Two."""\n\nfrom __future__ import annotations\n\n'


def after(files: Files) -> dict[str, str]:
    return {edit.path: edit.after.decode() for edit in mended(snapshot_of(files))}


MENDED = {
    "an option": (
        "requirements.txt",
        "--no-cache-dir\nstreamlit==1.5\r\n-U\nfreshboot",
        "streamlit==1.5\r\nfreshboot",
    ),
    "a comment line": ("packages.txt", "# maps\r\nlibgdal  # all\n\nlibgeos\n", "libgdal\n\nlibgeos\n"),
    "a forced setting": (
        STREAMLIT_CONFIG,
        "[server]\nrunOnSave = false # no\nport = 1\nenableXsrfProtection=false\n",
        "[server]\nport = 1\n",
    ),
    "a page": (PAGE, "import streamlit as st\n", f"{BOOT}\nimport streamlit as st\n"),
    "a page with a head": (
        PAGE,
        f"{HEAD}import streamlit\n",
        f"{HEAD}{BOOT}\nimport streamlit\n",
    ),
    "a page with line ends of its own": (
        PAGE,
        "import streamlit\r\n",
        f"{BOOT[:-1]}\r\n\r\nimport streamlit\r\n",
    ),
    "a page in another encoding": (PAGE, "import streamlit\nX = 1\n", f"{BOOT}\nimport streamlit\nX = 1\n"),
    "a page that begins with a decorator": (PAGE, "@id\ndef f(): ...\n", f"{BOOT}\n@id\ndef f(): ...\n"),
}


@pytest.mark.parametrize(("path", "before", "wanted"), MENDED.values(), ids=MENDED.keys())
def test_what_is_safe_is_mended_and_no_other_byte_is_changed(path: str, before: str, wanted: str) -> None:
    assert after({**PAGES, path: before}) == {path: wanted}


@pytest.mark.parametrize(
    ("path", "before"), [(path, text) for path, text, _ in MENDED.values()], ids=MENDED.keys()
)
def test_what_was_mended_is_found_no_more_and_mended_no_further(path: str, before: str) -> None:
    files = {**PAGES, path: before}
    once = {**files, **after(files)}
    assert [one.rule.name for one in examine(snapshot_of(once)).findings if one.is_fixable] == []
    assert after(once) == {}


@pytest.mark.parametrize(
    "source",
    ["'''Two.'''; import streamlit\n", "'''Two.'''\n", "\ufeffimport streamlit\n"],
    ids=["docstring with code behind it", "nothing but a docstring", "byte order mark"],
)
def test_a_page_with_no_place_for_boot_is_left_to_a_person(source: str) -> None:
    files = {**PAGES, PAGE: source}
    assert "page-without-boot" in [one.rule.name for one in examine(snapshot_of(files)).findings]
    assert after(files) == {}


def test_bytes_that_are_no_utf_8_stay() -> None:
    page = b"# -*- coding: latin-1 -*-\nimport streamlit as st\nst.title('caf\xe9')\n"
    data = {**{path: text.encode() for path, text in PAGES.items()}, PAGE: page}
    (edit,) = mended(Snapshot(frozenset(data), data.get))
    assert edit.after == page.replace(b"import streamlit", BOOT.encode() + b"\nimport streamlit")


def test_an_option_behind_a_requirement_is_left_to_a_person() -> None:
    files = {**SINGLE, "requirements.txt": "streamlit==1.5 --no-cache-dir\nfreshboot\n"}
    assert [one.rule.name for one in examine(snapshot_of(files)).findings] == ["pip-option"]
    assert after(files) == {}


def test_what_is_ignored_is_not_mended() -> None:
    option = "--user  # freshboot: ignore[pip-option] our own installer takes it\n"
    assert after({**SINGLE, "requirements.txt": f"streamlit==1.5\nfreshboot\n{option}"}) == {}
