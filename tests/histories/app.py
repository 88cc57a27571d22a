"""The app of the histories, and the releases that it had: every file of it shows on the page.

``{n}`` in a text is what changes from commit to commit; it never changes the text's size.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

Tree = Mapping[str, str]
"""A release: path → text."""

ENTRYPOINT = "app.py"
PAGE = "pages/extra.py"
NUMBERS = range(10, 14)
UNKNOWN = 99
"""The number of bytes that no commit holds."""
COMMITS = 7
LINEAGES = 24

_BOOT = "import freshboot\nfreshboot.boot({wishes})\n"

_ENTRYPOINT = (
    """import sys
pause = getattr(sys, "_pause", lambda place: None)
pause("boot")
"""
    + _BOOT
    + """NUMBER = {n}
import os
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
pause("first")
import calc
pause("second")
import jobs
import table
import views
from calc import value
from lib import tax
import lib
HERE = os.path.dirname(os.path.abspath(__file__))
CODE = [os.path.join(folder, one)[len(HERE):] for folder, _, some in os.walk(HERE) for one in some]
TEXTS = [open(os.path.join(HERE, name)).read() for name in ("README.md", "data/costs.csv", "data/rates.csv")]
st.text([
    [NUMBER, sorted(one for one in vars(calc) if one.startswith("only")), value(), calc.value()],
    [views.NUMBER, views.show(), views.late(), views.computed(), views.kept()],
    [lib.NUMBER, tax.NUMBER, tax.show()],
    [jobs.NUMBER, jobs.answers()],
    [table.NUMBER, table.show()],
    [sorted(one for one in CODE if one.endswith(".py")), TEXTS],
])
jobs.do(get_script_run_ctx().query_string)
"""
)
_PAGE = (
    _BOOT
    + """NUMBER = {n}
import streamlit as st
from calc import value
import lib.tax
st.text([NUMBER, value(), lib.tax.show()])
"""
)
_FILES = {
    ENTRYPOINT: _ENTRYPOINT,
    PAGE: _PAGE,
    "calc.py": "NUMBER = {n}\n\n\ndef value():\n    return NUMBER\n\n\ndef only_{n}():\n    return {n}\n",
    "views.py": """import os
import streamlit as st
from calc import value
NUMBER = {n}
RATES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "rates.csv")
@st.cache_data(show_spinner=False)
def computed():
    with open(RATES) as rates:
        return {n}, value(), rates.read()
@st.cache_resource(show_spinner=False)
def kept():
    return [value(), {n}]
def show():
    return value(), {n}
def late():
    try:
        import late
    except ImportError:
        return None
    return late.show()
""",
    "late.py": "from lib import NUMBER as PARENT\nNUMBER = {n}\ndef show():\n    return PARENT, {n}\n",
    "lib/__init__.py": "NUMBER = {n}\n",
    "lib/tax.py": "from . import NUMBER as PARENT\nNUMBER = {n}\ndef show():\n    return PARENT, {n}\n",
    "jobs.py": """import importlib, importlib.util, multiprocessing, queue, sys, threading, urllib.parse
import os
NUMBER = {n}
WAIT = 20
def compute():
    return {n}
def loop(asked, answered):
    while asked.get():
        answered.put(compute())
def serve(pipe):
    while pipe.recv():
        pipe.send(compute())
def answers():
    found = []
    for one in threading.enumerate():
        if one.name == "kept":
            one.asked.put(True)
            found.append(one.answered.get(timeout=WAIT))
    for one in multiprocessing.active_children():
        one.pipe.send(True)
        found.append(one.pipe.recv())
    return sorted({compute(), *found})
def start_thread():
    asked, answered = queue.Queue(), queue.Queue()
    thread = threading.Thread(target=loop, args=(asked, answered), name="kept", daemon=True)
    thread.asked, thread.answered = asked, answered
    if not any(one.name == "kept" for one in threading.enumerate()):
        thread.start()
def end_threads():
    for one in threading.enumerate():
        if one.name == "kept":
            one.asked.put(False)
            one.join(WAIT)
def start_worker():
    ours, theirs = multiprocessing.Pipe()
    worker = multiprocessing.get_context("fork").Process(target=serve, args=(theirs,), daemon=True)
    worker.pipe = ours
    if not multiprocessing.active_children():
        worker.start()
def end_workers():
    for one in multiprocessing.active_children():
        one.pipe.send(False)
        one.join(WAIT)
def load_past_the_hook(name):
    file = os.path.join(os.path.dirname(os.path.abspath(__file__)), *name.split(".")) + ".py"
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[name] = module
def reload(name):
    importlib.invalidate_caches()
    if name in sys.modules:
        importlib.reload(sys.modules[name])
def purge(name):
    for one in list(sys.modules):
        if one == name or one.startswith(name + "."):
            del sys.modules[one]
def unhook():
    sys.path_hooks.pop(0)
    sys.path_importer_cache.clear()
def hold():
    vars(sys).setdefault("_tabs", []).append(dict(sys.modules))
def do(query):
    wish, _, name = urllib.parse.parse_qs(query).get("do", [""])[0].partition(":")
    if wish:
        globals()[wish](*filter(None, [name]))
""",
    "table.py": """import os
NUMBER = {n}
def rows():
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "rates.csv")) as rates:
        return rates.read()
ROWS = rows()
def show():
    return globals().get("ROWS") or rows(), {n}
""",
    "README.md": "The app, {n}.\n",
    "data/rates.csv": "{n},1\n",
    "data/costs.csv": "{n},1\n",
}
CODE = tuple(path for path in _FILES if path.endswith(".py"))
_REMEMBERED = (
    "@st.cache_data(show_spinner=False)\n",
    "@st.cache_resource(show_spinner=False)\n",
    "ROWS = rows()\n",
)
"""What makes results outlive their code and data; a plain app does without."""
_WATCH_ONLY = (1, 4)
_KEPT = {5: ("lib.tax",)}
"""What the app of a lineage wants to be spared."""
_OPTIONAL = ("late.py", PAGE)
_DATA = ("README.md", "data/costs.csv", "data/rates.csv")
MODULES = ("calc", "views", "late", "lib", "lib.tax", "table")
"""What an app may reload, purge or load past the hook."""


@dataclass(frozen=True)
class Wishes:
    """What the app passes to ``boot()``; a ``plain`` one remembers no results."""

    plain: bool = False
    heal: bool = True
    clear: bool = True
    keep: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return f"heal={self.heal}, clear={self.clear}, keep={self.keep!r}"


def text_of(path: str, number: int, wishes: Wishes) -> str:
    """The file's text of this number."""
    text = _FILES[path].replace("{n}", str(number)).replace("{wishes}", wishes.text)
    for words in _REMEMBERED if wishes.plain else ():
        text = text.replace(words, "")
    return text


def numbers_of(tree: Tree) -> dict[str, int]:
    """The NUMBER of every file of code."""
    found = {path: re.search(r"^NUMBER = (\d+)$", text, re.MULTILINE) for path, text in tree.items()}
    return {path: int(match[1]) for path, match in found.items() if match}


@cache
def wishes_of(lineage_number: int) -> Wishes:
    """What the app of a lineage passes to ``boot()``, from its first commit to its last."""
    return Wishes(
        plain=lineage_number % 2 == 1,
        heal=lineage_number not in _WATCH_ONLY,
        clear=lineage_number != 3,
        keep=_KEPT.get(lineage_number, ()),
    )


@cache
def lineage(number: int) -> tuple[Tree, ...]:
    """The trees of one branch, oldest first; the same number always gives the same."""
    dice = random.Random(number)
    wishes = wishes_of(number)
    first = {path: dice.choice(NUMBERS) for path in _FILES if path not in _OPTIONAL or dice.random() < 0.8}
    numbers = [first]
    while len(numbers) < COMMITS:
        following = _next(numbers, dice)
        if following != numbers[-1]:
            numbers.append(following)
    return tuple({path: text_of(path, n, wishes) for path, n in tree.items()} for tree in numbers)


def _next(past: list[dict[str, int]], dice: random.Random) -> dict[str, int]:
    tree = dict(past[-1])
    kind = dice.choice(("one", "one", "many", "data", "swap", "optional", "revert"))
    if kind == "swap":
        return {**tree, "data/costs.csv": tree["data/rates.csv"], "data/rates.csv": tree["data/costs.csv"]}
    if kind == "revert":
        return dict(dice.choice(past))
    if kind == "optional":
        path = dice.choice(_OPTIONAL)
        if tree.pop(path, None) is None:
            tree[path] = dice.choice(NUMBERS)
        return tree
    among = _DATA if kind == "data" else sorted(tree)
    for path in dice.sample(among, dice.randint(2, 5) if kind == "many" else 1):
        tree[path] = dice.choice(NUMBERS)
    return tree
