"""Whatever lies in a repository, surveying it ends with an answer."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from freshboot.survey import survey

NAMES = (
    "streamlit_app.py",
    "app.py",
    "a/start.py",
    "pages/p.py",
    "README.md",
    "Procfile",
    "b/__init__.py",
    "x.ipynb",
)
PIECES = (
    "import streamlit as st\n",
    "from . import x\n",
    "from ....x import y\n",
    "import b\n",
    "st.Page('app.py')\n",
    "st.navigation([st.Page('../../..')])\n",
    "def f():\n    f()\nf()\n",
    "streamlit run app.py\n",
    "streamlit run ../../etc/passwd.py\n",
    "\0",
    "((((",
    "# coding: klingon\n",
)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(NAMES),
        st.lists(st.sampled_from(PIECES)).map("".join).map(str.encode) | st.binary(max_size=40),
    )
)
@example({"app.py": b"x = " + b"(" * 500 + b"1" + b")" * 500})
@example({"app.py": b"import streamlit\n" + b"-" * 20_000 + b"1\n"})
def test_it_ends_with_apps_that_are_there(files: dict[str, bytes]) -> None:
    for app in survey(files, files.get).apps:
        assert {app.entrypoint, *app.pages} <= files.keys()
