"""Whether Streamlit knows the pages in the folder ``pages`` as they are.

From 1.47 on it decides once for a process whether to look there. ``st.navigation`` decides against it, on
purpose, at every call. So what counts is whether the folder came or went since the decision was made. Before,
it keeps a list for the process, until its watcher hears of a change: a moment later, or never.
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
_LISTS = "streamlit.source_util"
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
    """Whether Streamlit knows the folder as it no longer is."""
    return _has_decided_otherwise(state, has_pages=_has_pages(run)) or _lists_others(run)


def decide_again(state: State, run: Run) -> None:
    """Have Streamlit look anew for the next session, as for the first of a process."""
    has_pages = _has_pages(run)
    if _has_decided_otherwise(state, has_pages=has_pages):
        _manager().uses_pages_directory = None
    if _lists_others(run):
        sys.modules[_LISTS].invalidate_pages_cache()
        running.forget_scripts(run.runtime)  # of a release whose link was switched, no session finds any more
    state.had_pages = has_pages


def _has_decided_otherwise(state: State, *, has_pages: bool) -> bool:
    decided = getattr(_manager(), "uses_pages_directory", None)
    return decided is not None and state.had_pages is not None and state.had_pages != has_pages


def _lists_others(run: Run) -> bool:
    """Whether the list that is kept names other pages than lie there."""
    kept = getattr(sys.modules.get(_LISTS), "_cached_pages", None)
    if kept is None:
        return False
    there = {os.path.realpath(one) for one in (running.entrypoint(run), *_pages(folder(run)))}
    return there != {page["script_path"] for page in kept.values()}


def _manager() -> Any:
    """The class that holds the decision; None on another Streamlit (it is private)."""
    return getattr(sys.modules.get(_MANAGER), "PagesManager", None)


def _has_pages(run: Run) -> bool:
    return os.path.exists(folder(run))


def _pages(folder: str) -> list[str]:
    """The files that Streamlit takes for pages."""
    names = os.listdir(folder) if os.path.isdir(folder) else []
    pages = (name for name in names if name.endswith(".py") and name != "__init__.py")
    return [os.path.join(folder, name) for name in pages if not name.startswith(".")]


def _calls_navigation(code: CodeType) -> bool:
    inner = (one for one in code.co_consts if isinstance(one, CodeType))
    return _NAVIGATION in code.co_names or any(map(_calls_navigation, inner))
