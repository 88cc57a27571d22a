"""A folder of pages that came or went while the server ran."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from freshboot.proof import Kind, Layer, tag
from tests.app.apps import App, running
from tests.environments import NEWEST, require

MAIN = "import freshboot; freshboot.boot({})\nimport streamlit as st\nst.text('main')\n"
PAGE = "import freshboot; freshboot.boot()\nimport streamlit as st\nst.text('page')\n"
CHOOSES = MAIN.replace("st.text", "st.navigation([st.Page('one.py')]).run(); st.text")


UNWATCHED = "--server.fileWatcherType=none"
"""Older versions would hear of a page by their watcher, sooner or later."""


def is_told(app: App) -> bool:
    asked = app.challenge()
    word = tag(asked.nonce, Layer.MEMORY, "pages", Kind.UNRECORDED.value)
    return word in asked.layers[Layer.MEMORY.value].of(Kind.UNRECORDED)


@pytest.mark.parametrize("version", ["1.28.0", "1.40.0", "1.50.0", NEWEST])
def test_is_told_and_then_obeyed(tmp_path: Path, version: str) -> None:
    files = {"streamlit_app.py": MAIN.format("")}
    with running(tmp_path / "repository", files, UNWATCHED, python=require(version)) as app:
        assert app.shows("one") == ("main",)
        app.write("pages/one.py", PAGE)
        assert [is_told(app), is_told(app)] == [True, False]
        assert app.shows("one") == ("page",)
        assert not is_told(app)
        shutil.rmtree(app.root / "pages")
        assert [is_told(app), is_told(app)] == [True, False]
        assert app.shows() == ("main",)


def test_one_page_more_or_less_is_told_where_a_list_is_kept(tmp_path: Path) -> None:
    files = {"streamlit_app.py": MAIN.format(""), "pages/one.py": PAGE}
    with running(tmp_path / "repository", files, UNWATCHED, python=require("1.28.0")) as app:
        assert app.shows("two") == ("main",)
        assert not is_told(app)
        app.write("pages/two.py", PAGE)
        assert [is_told(app), is_told(app)] == [True, False]
        assert app.shows("two") == ("page",)
        (app.root / "pages" / "one.py").unlink()
        assert [is_told(app), is_told(app)] == [True, False]
        assert app.shows("one") == ("main",)


def test_is_told_for_good_where_nothing_is_healed(tmp_path: Path) -> None:
    files = {"streamlit_app.py": MAIN.format("heal=False")}
    with running(tmp_path / "repository", files) as app:
        app.shows()
        app.write("pages/one.py", PAGE)
        assert [is_told(app), is_told(app)] == [True, True]


def test_an_app_that_chooses_its_pages_itself_may_have_one(tmp_path: Path) -> None:
    files = {"streamlit_app.py": CHOOSES.format("heal=False"), "one.py": PAGE, "pages/two.py": PAGE}
    with running(tmp_path / "repository", files) as app:
        for _ in range(2):
            assert app.shows() == ("page", "main")
            assert not is_told(app)
