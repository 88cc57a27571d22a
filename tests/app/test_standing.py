"""Where an old script put the process, it does not stay; while it must, that is told."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from freshboot.app import root, standing
from tests.app.apps import running
from tests.app.process import Process
from tests.app.test_results import FRESH, pull, told
from tests.gitrepo import git


@pytest.fixture
def app(process: Process, monkeypatch: pytest.MonkeyPatch) -> Process:
    """An app with two folders, in whose root the process stands."""
    for name in ("old", "new"):
        (process.root / name).mkdir()
    monkeypatch.chdir(process.root)
    standing.begin(process.state, process.places)
    return process


@pytest.fixture
def visitor(app: Process) -> Iterator[Callable[[], None]]:
    """A run that is under way until this is called; then its thread is idle."""
    begun, over, idle, gone = (threading.Event() for _ in range(4))
    app.write("script.py", "def run(begun, over):\n    begun.set()\n    over.wait()\n")

    def work() -> None:
        app.load("script").run(begun, over)
        idle.set()
        gone.wait()

    def leave() -> None:
        over.set()
        idle.wait()

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait()
    app.state.visits[thread.ident or 0] = 1
    yield leave
    over.set()
    gone.set()
    thread.join()


def restore(app: Process) -> bool:
    """What boot() does after healing; and whether there is doubt then."""
    app.state.standing_due = True
    standing.restore_if_due(app.state, app.places)
    return standing.is_old(app.state, app.places)


def test_folders_that_the_script_added_are_taken_from_the_path(app: Process) -> None:
    elsewhere = str(app.root.parent / "elsewhere")
    sys.path += [str(app.root / "old"), elsewhere]
    assert not restore(app)
    assert str(app.root / "old") not in sys.path
    assert {str(app.root), elsewhere} <= set(sys.path)


def test_the_process_goes_back_where_it_was(app: Process) -> None:
    os.chdir("old")
    assert not restore(app)
    assert os.getcwd() == str(app.root)


def test_nothing_is_taken_from_a_run_that_is_under_way(app: Process, visitor: Callable[[], None]) -> None:
    os.chdir("old")
    assert restore(app)
    assert os.getcwd() == str(app.root / "old")
    visitor()
    assert not restore(app)
    assert os.getcwd() == str(app.root)


def test_what_a_script_does_is_no_reason_for_doubt_before_anything_changed(app: Process) -> None:
    os.chdir("old")
    sys.path.append(str(app.root / "old"))
    assert not standing.is_old(app.state, app.places)


@pytest.mark.parametrize("keeps_the_old", [True, False])
def test_the_folder_that_took_the_roots_place_is_gone_to(app: Process, keeps_the_old: bool) -> None:
    gone = app.root.rename(app.root.with_name("gone"))
    (app.root / ".git").mkdir(parents=True)
    if not keeps_the_old:
        shutil.rmtree(gone)
    root.settle(app.state, str(app.root / "streamlit_app.py"), None)
    assert standing.is_old(app.state, app.places)
    assert not restore(app)
    assert os.getcwd() == str(app.root)


MAIN = """\
import freshboot; freshboot.boot()
import os, sys
import streamlit as st
if {mark!r} not in sys.path[-1]: sys.path.append(os.path.join(os.path.dirname(__file__), {mark!r}))
if os.path.isdir("data"): os.chdir("data/" + {mark!r})
import rates
st.text(rates.RATE + open("price.txt").read())
"""


def test_an_entrypoint_that_prefers_other_folders_is_obeyed(tmp_path: Path) -> None:
    files = {f"{one}/rates.py": f"RATE = {one!r}\n" for one in ("old", "new")}
    files |= {f"data/{one}/price.txt": one for one in ("old", "new")}
    files["streamlit_app.py"] = MAIN.format(mark="old")
    with running(tmp_path / "repository", files) as app:
        git(app.root, "init", "--quiet")
        git(app.root, "add", ".")
        for _ in range(2):
            assert app.shows() == ("oldold",)
        pull(app, {"streamlit_app.py": MAIN.format(mark="new")})
        told(app)
        assert told(app) == FRESH
        assert app.shows() == ("newnew",)
