"""Whatever a repository is like: init twice is init once, and what init did can be undone to the byte."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from freshboot.scaffold.code_undo import uses_freshboot
from freshboot.scaffold.errors import ScaffoldRefused
from freshboot.scaffold.own_files import CONFIG, SECOND_WORKFLOW, WORKFLOW
from freshboot.stamp.kinds import choose_marks
from freshboot.stamp.mark import MarkRefused, stamped
from freshboot.stamp.stamp import parse_stamp
from tests.scaffold.repos import ANSWERS, FROM_GIT, Files, initialised, undone

STAMP = parse_stamp("1.0.3+20261121T204300Z.g1a2b3c4.purple")
HEADS = (
    "#!/usr/bin/env python\n",
    "# -*- coding: utf-8 -*-\n",
    "# a note\n",
    '"""What it is."""\n',
    '"""In\ntwo lines."""\n',
    "from __future__ import annotations\n",
)
STATEMENTS = (
    "import os\n",
    "import streamlit as st\n",
    "try:\n    import pandas\nexcept ImportError:\n    pass\n",
    "st.set_page_config(layout='wide')\n",
    "if x:\n    st.set_page_config()\n",
    "def main():\n    st.set_page_config()\n    st.title('é')\n",
    "st.title('x'); st.caption('y')\n",
    "TEXT = '''\nimport freshboot; freshboot.boot()  # (freshboot init)\n'''\n",
    "import freshboot\n",
    "import freshboot; freshboot.boot()\n",
    "DEPLOYMENT_VERSION = '1.0.0'\n",
    "import freshboot\nwith st.sidebar:\n    freshboot.badge()\n",
    "\n",
    "# the end\n",
)
DEPENDENCIES = {
    "requirements.txt": ("streamlit\n", "# a note\n", "pandas==2 \\\n  ; python_version > '3'\n", "\n",
                         "# freshboot: 0.9.0\n", "freshboot\n", "-i https://pypi.example\n"),
    "Pipfile": ('[packages]\nstreamlit = "*"\n', '[dev-packages]\nsix = "*"\n', "# a note\n"),
    "environment.yml": ("name: a\n", "dependencies:\n  - python=3.11\n  - streamlit\n",
                        "dependencies:\n- pip\n- pip:\n  - streamlit\n", "# a note\n"),
    "pyproject.toml": ('[project]\nname = "a"\ndependencies = ["streamlit"]  # all\n',
                       '[project]\nname = "a"\ndependencies = [\n  "streamlit",\n]\n',
                       '[project]\nname = "a"\n',
                       '[tool.poetry.dependencies]\nstreamlit = "*"\n', "[tool.ruff]\nline-length = 99\n"),
}  # fmt: skip
WORKFLOWS = (
    "name: another\non: push\njobs: {}\n",
    "name: rollout  # (made by freshboot init)\n",
    "jobs:\n  a:\n    uses: freshboot/freshboot/.github/workflows/rollout.yml@v1\n",
)
CONFIGURATIONS = ("", "settle: 5s\n", "# mine (made by freshboot init)\nsettle: 5s\n")
SETTINGS = ("[server]\nport = 8501\n", "# freshboot: 0.9.0\n", "", "# a note")


@st.composite
def texts(draw: st.DrawFn, *parts: tuple[str, ...], most: int = 5) -> bytes:
    """A file of these parts: with another line ending, with a byte order mark, without a last line's end."""
    chosen = [
        part for some in parts for part in draw(st.lists(st.sampled_from(some), max_size=most, unique=True))
    ]
    text = "".join(chosen).replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    text = text.rstrip("\r\n") if draw(st.booleans()) else text
    return (b"\xef\xbb\xbf" if draw(st.booleans()) else b"") + text.encode()


@st.composite
def repositories(draw: st.DrawFn) -> Files:
    folder = draw(st.sampled_from(["", "app/"]))
    files = {f"{folder}streamlit_app.py": draw(texts(HEADS, STATEMENTS, most=6))}
    if draw(st.booleans()):
        files[f"{folder}pages/1_A.py"] = draw(texts(HEADS, STATEMENTS, most=3))
    if kind := draw(st.sampled_from(["", *DEPENDENCIES])):
        files[f"{draw(st.sampled_from(['', folder]))}{kind}"] = draw(texts(DEPENDENCIES[kind], most=3))
    if draw(st.booleans()):
        files[".streamlit/config.toml"] = draw(texts(SETTINGS))
    if draw(st.integers(0, 2)) == 0:
        files[CONFIG] = draw(texts(CONFIGURATIONS, most=1))
    for name in draw(st.sets(st.sampled_from([WORKFLOW, SECOND_WORKFLOW, ".github/workflows/own.yml"]))):
        files[name] = draw(st.sampled_from(WORKFLOWS)).encode()
    return files


@settings(max_examples=250, deadline=None)
@given(repositories(), st.sampled_from([ANSWERS, FROM_GIT]))
def test_init_is_idempotent_and_undone_to_the_byte_stamped_or_not(files: Files, answers: object) -> None:
    try:
        once = initialised(files, answers)  # type: ignore[arg-type]
    except ScaffoldRefused:
        assume(False)
    assert initialised(once, answers) == once  # type: ignore[arg-type]
    if any(uses_freshboot(path, data) for path, data in files.items() if path.endswith(".py")):
        once, files = code(once), code(files)  # such an app needs freshboot listed, and keeps it so
    assert undone(once) == files
    assert undone(rolled_out(once)) == rolled_out(files)


@settings(max_examples=100, deadline=None)
@given(repositories())
def test_nothing_is_taken_out_that_init_did_not_write(files: Files) -> None:
    assert undone(files) == files


def code(files: Files) -> Files:
    return {path: data for path, data in files.items() if path.endswith(".py")}


def rolled_out(files: Files) -> Files:
    """The files with a stamp in each mark that is there."""
    assert STAMP is not None
    entrypoint = next(path for path in files if path.endswith("streamlit_app.py"))
    listed = [path for path in files if path.rpartition("/")[2] in (*DEPENDENCIES, "config.toml")]
    changed = dict(files)
    for name in (*listed, "DEPLOYMENT_VERSION"):
        with suppress(MarkRefused):  # it cannot be stamped at all
            (mark,) = choose_marks(changed.get, [name], entrypoint)
            if mark.path in changed and mark.value(changed[mark.path]) is not None:
                changed[mark.path] = stamped(mark, changed[mark.path], STAMP)
    return changed
