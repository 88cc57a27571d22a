"""The caches are cleared once for each release, however many sessions come at once, with keys or without."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import FunctionType, SimpleNamespace
from typing import Any

import pytest

from freshboot.app import boot, caches, results, spaces, threads
from freshboot.app.running import Run
from tests.app.apps import App
from tests.app.process import Process
from tests.gitrepo import commit, make_repository
from tests.streamlit_server import streamlit_server

SCRIPT = """\
import freshboot; freshboot.boot()
import sys, time
import streamlit as st
import helpers

@st.cache_resource
def made(*key):
    sys.made = getattr(sys, "made", []) + [bool(key)]
    return sys.made.count(bool(key))

st.text(f"{helpers.VALUE} {made()} {made(freshboot.cache_key())}")
"""


def test_sessions_that_come_at_once_clear_them_once(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes while another clears waits for it, and does not clear what was computed since."""
    cleared, inside, go = [], threading.Event(), threading.Event()

    def clear() -> None:
        cleared.append(threading.get_ident())
        inside.set()
        go.wait(10)

    monkeypatch.setattr(caches, "clear", clear)
    process.state.clear_due = True
    after: list[bool] = []

    def session() -> None:
        results.clear_if_due(process.state, process.places)
        after.append(process.state.clear_due)

    first, second = threading.Thread(target=session), threading.Thread(target=session)
    first.start()
    assert inside.wait(10)
    second.start()
    second.join(0.2)
    assert second.is_alive(), "it went on with what is not cleared yet"
    go.set()
    first.join(10)
    second.join(10)
    assert len(cleared) == 1
    assert after == [False, False]


def test_what_is_released_may_come_back_to_clearing(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    depth: list[int] = []

    def clear() -> None:
        depth.append(1)
        if len(depth) < 2:
            results.clear_if_due(process.state, process.places)

    monkeypatch.setattr(caches, "clear", clear)
    process.state.clear_due = True
    results.clear_if_due(process.state, process.places)
    assert not process.state.clear_due


@pytest.mark.parametrize("nested", [False, True])
def test_a_session_that_waits_in_its_first_boot_holds_nothing(process: Process, nested: bool) -> None:
    """Else the caches would be cleared once more when it has ended. A page's boot() is not the first."""
    process.write("caller.py", "def call(what):\n    what()\n")
    call = process.load("caller").call
    wishes = boot._Wishes(heal=False, clear=False, root=str(process.root), keep=frozenset())
    script = FunctionType(compile("", str(process.root / "app.py"), "exec"), {})
    if nested:
        spaces.begin(process.state, script.__globals__, next(process.state.serials))
    frame: Any = SimpleNamespace(f_globals=script.__globals__, f_code=script.__code__)
    run = Run(None, None, (frame,))
    session = threading.Thread(target=call, args=(lambda: boot._look(process.state, run, wishes),))
    with process.state.lock:
        before = next(process.state.serials)
        session.start()
        end = time.monotonic() + (0.3 if nested else 10)
        while process.state.threads.get(session) is None and time.monotonic() < end:
            time.sleep(0.01)
        oldest = threads.oldest_running(process.state, process.places)
        assert before < oldest < threads.NOTHING if nested else oldest == threads.NOTHING
    session.join(10)


def test_one_release_makes_a_resource_anew_and_not_for_each_session(tmp_path: Path) -> None:
    """With a key and without. Once more at most: for a session that had begun, and not come to boot() yet."""
    root = make_repository(tmp_path / "r")
    commit(root, {"streamlit_app.py": SCRIPT, "helpers.py": "VALUE = 'old'\n"})
    with streamlit_server(root / "streamlit_app.py", folder=root) as server:
        app = App(root, server)
        assert app.shows() == ("old 1 1",)
        assert app.shows() == ("old 1 1",)
        commit(root, {"helpers.py": "VALUE = 'new'\n"})
        for run in (*app.pages(6), *app.pages(6)):
            value, plain, keyed = run.texts()[0].split()
            assert value == "new"
            assert {plain, keyed} <= {"2", "3"}
        assert app.challenge().errors == ()
