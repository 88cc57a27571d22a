"""Whether Streamlit looks for pages in the folder ``pages``: from 1.47 on it decides so once for a process.

``st.navigation`` decides against it, on purpose, at every call. So what counts is whether the folder came or
went since the decision was made.
"""

from __future__ import annotations

import os
import sys
from types import CodeType
from typing import Any

from freshboot.app import running
from freshboot.app.running import Run
from freshboot.app.state import State

_MANAGER = "streamlit.runtime.pages_manager"
_NAVIGATION = "navigation"


def folder(run: Run) -> str:
    """Where pages may lie: beside the script that the server was given."""
    return os.path.join(os.path.dirname(running.entrypoint(run)), "pages")


def begin(state: State, run: Run) -> None:
    """Remember for which state of the folder Streamlit has decided."""
    if state.had_pages is None:
        decided = getattr(_manager(), "uses_pages_directory", None)
        navigates = any(_calls_navigation(frame.f_code) for frame in run.scripts)
        state.had_pages = decided if decided is not None and not navigates else _has_pages(run)


def is_old(state: State, run: Run) -> bool:
    """Whether the folder came or went since, and the decision stands."""
    decided = getattr(_manager(), "uses_pages_directory", None)
    return decided is not None and state.had_pages is not None and state.had_pages != _has_pages(run)


def decide_again(state: State, run: Run) -> None:
    """Have Streamlit decide anew for the next session, as for the first of a process."""
    if is_old(state, run):
        _manager().uses_pages_directory = None
    state.had_pages = _has_pages(run)


def _manager() -> Any:
    """The class that holds the decision; None on another Streamlit (it is private)."""
    return getattr(sys.modules.get(_MANAGER), "PagesManager", None)


def _has_pages(run: Run) -> bool:
    return os.path.exists(folder(run))


def _calls_navigation(code: CodeType) -> bool:
    inner = (one for one in code.co_consts if isinstance(one, CodeType))
    return _NAVIGATION in code.co_names or any(map(_calls_navigation, inner))
