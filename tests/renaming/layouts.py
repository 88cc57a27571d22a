"""Repositories as people lay them out, each with a module that is used in many ways."""

from __future__ import annotations

from dataclasses import dataclass

CALCULATIONS = '''\
"""The calculations."""

from dataclasses import dataclass

__version__ = "1.0.1"


@dataclass
class Total:
    amount: int


def total(rows):
    """The total; ``from calculations import total``."""
    return Total(sum(rows))


def label():
    return f"{total([1, 2]).amount} by the calculations"
'''


@dataclass(frozen=True)
class Layout:
    """A repository with the file to rename, its entrypoint, and a page to look at besides."""

    files: dict[str, str]
    path: str
    entrypoint: str
    page: str = ""


FLAT = Layout(
    {
        "app.py": """\
import streamlit as st

import calculations
from report import lines

DEPLOYMENT_VERSION = "1.0.0"

st.text(f"calculations.py version: {calculations.__version__}")
st.metric("calculations", calculations.total([1, 2, 3]).amount)
for line in lines():
    st.text(line)
""",
        "calculations.py": CALCULATIONS,
        "report.py": """\
from calculations import *
from calculations import label as text


def lines():
    from calculations import __version__

    return [text(), label(), __version__, str(total([7]).amount)]
""",
        "test_app.py": """\
from unittest.mock import patch

from streamlit.testing.v1 import AppTest


@patch("calculations.total", lambda rows: None)
def test_label(monkeypatch):
    monkeypatch.setattr("calculations.__version__", "2")
    assert AppTest.from_file("app.py").run().metric[0].value == "6"
""",
        "README.md": "`calculations.py` adds up.\n",
        "requirements.txt": "streamlit\n",
    },
    "calculations.py",
    "app.py",
)
PACKAGE = Layout(
    {
        "streamlit_app.py": """\
import streamlit as st

import budget.core.calculations
import budget.core as core
from budget import shown
from budget.core import calculations as calc

st.text(budget.core.calculations.label())
st.text(core.calculations.label())
st.text(shown(calc))
""",
        "budget/__init__.py": "from .core.calculations import label\nfrom .views import shown\n",
        "budget/core/__init__.py": "from . import calculations\n\n__all__ = ['calculations']\n",
        "budget/core/calculations.py": CALCULATIONS,
        "budget/views.py": """\
from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .core.calculations import Total


def shown(module) -> str:
    total: Total = module.total([1])
    same = importlib.import_module("budget.core.calculations")
    other = importlib.import_module(".calculations", "budget.core")
    return f"{total} {same.total([1]) == total} {other.label()}"
""",
        "pyproject.toml": '[project]\nname = "budget"\nversion = "1"\n[project.scripts]\n'
        'total = "budget.core.calculations:label"\n',
    },
    "budget/core/calculations.py",
    "streamlit_app.py",
)
SOURCE = Layout(
    {
        "app.py": """\
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "src"))

import streamlit as st

from budget import calculations
from budget.calculations import Total

st.text(calculations.label())
st.text(str(Total(3)))
""",
        "src/budget/__init__.py": "",
        "src/budget/calculations.py": CALCULATIONS,
        "tests/test_calculations.py": "import budget.calculations as c\n\n\ndef test():\n    c.label()\n",
        "setup.cfg": "[metadata]\nname = budget\n[options.entry_points]\nconsole_scripts =\n"
        "    total = budget.calculations:label\n",
    },
    "src/budget/calculations.py",
    "app.py",
)
PAGES = Layout(
    {
        "Home.py": """\
import streamlit as st

import calculations

st.text(calculations.label())
st.page_link("pages/1_Detail.py")
""",
        "pages/1_Detail.py": "import streamlit as st\nfrom calculations import total\n\nst.text(total([4]))",
        "pages/2_Other.py": "import streamlit as st\n\nst.text('calculations')\n",
        "calculations.py": CALCULATIONS,
        "requirements.txt": "streamlit\n",
    },
    "calculations.py",
    "Home.py",
    "pages/1_Detail.py",
)
BELOW = Layout(
    {
        "apps/sales/main.py": """\
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))

import streamlit as st

from common.texts import shown
from helpers import calculations

st.text(calculations.label())
st.text(shown())
""",
        "apps/sales/helpers/calculations.py": CALCULATIONS,
        "apps/sales/helpers/more.py": "from .calculations import label\n",
        "common/texts.py": "def shown():\n    import helpers.calculations as c\n\n    return c.label()\n",
        "common/calculations.py": "raise RuntimeError('another one')\n",
        "apps/sales/requirements.txt": "streamlit\n",
    },
    "apps/sales/helpers/calculations.py",
    "apps/sales/main.py",
)
VIEWS = Layout(
    {
        "streamlit_app.py": """\
import streamlit as st

pages = [st.Page("views/calculations.py", title="Home", url_path="home"), st.Page("views/other.py")]
st.navigation(pages).run()
""",
        "views/calculations.py": "import streamlit as st\n\nst.text('home')\n",
        "views/other.py": "import streamlit as st\n\nst.page_link('views/calculations.py')\n",
    },
    "views/calculations.py",
    "streamlit_app.py",
)
LAYOUTS = {
    "flat": FLAT,
    "package": PACKAGE,
    "src": SOURCE,
    "pages": PAGES,
    "sub-folder": BELOW,
    "views": VIEWS,
}
