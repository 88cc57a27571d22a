"""The board as a Streamlit app: the ledger read, fetched once a minute at most, and shown.

What is made of the ledger is kept for its commit and for freshboot's own code, so that a click costs little.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from operator import attrgetter
from typing import Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

import freshboot
from freshboot.board import pages, parts, source
from freshboot.board.board import Board, board
from freshboot.board.rollouts import Place, columns, incident_of, of_place, places
from freshboot.errors import FreshbootError
from freshboot.ledger.attempt import moment
from freshboot.ledger.fold import Folded
from freshboot.repository.repository import Repository
from freshboot.tell.report.grid import Grid, grid
from freshboot.tell.report.html import to_html
from freshboot.tell.report.markdown import to_markdown
from freshboot.tell.report.story import tell
from freshboot.tell.report.words import counted, when

_LOG = logging.getLogger(__name__)
_REFRESH_SECONDS = 60.0
_MOST_KEPT = 30
_BY_ROOT: dict[str | type[Any], Callable[[Any], Any]] = {Repository: attrgetter("root")}
State = tuple[str, str]
"""What everything that is kept is kept for: the commit that the ledger is at, and the code that reads it."""


def show(root: str | os.PathLike[str]) -> None:
    """Show the board of the repository that a folder lies in; to be called in a Streamlit script."""
    st.set_page_config(page_title="freshboot board", page_icon="🥾", layout="wide")
    st.html(parts.style())
    try:
        _show(_opened(os.path.abspath(root)))
    except FreshbootError as error:
        st.html(parts.note(f"The ledger cannot be read: {error}", "bad"))
    except Exception:  # noqa: BLE001  a traceback would show the server's folders to whoever opens the board
        _LOG.exception("the board cannot be shown")
        st.html(parts.note("The board cannot be shown: something went wrong that its log tells of.", "bad"))


def _show(repository: Repository) -> None:
    if not source.tip(repository):  # a host's clone has no notes: nothing could be shown before
        _refreshed(repository)
    state = source.tip(repository), freshboot.cache_key(freshboot)
    told, count, unreadable = _summary(repository, state)
    place = _chosen(told)
    view = pages.View(
        board=_board(repository, state, place),
        commits=_commits(repository),
        clock=datetime.now(timezone.utc),
        theme=st.context.theme.type or "light",
        grid=partial(_grid, repository, state, place),
        report=partial(_report, repository, state, place),
    )
    _navigation(view).run()
    _foot(repository, state, count, unreadable)


def _chosen(told: Sequence[Place]) -> Place | None:
    """The app to show: the one with the latest attempt, unless another is chosen."""
    if len(told) < 2:
        return told[0] if told else None
    return st.selectbox("App", told, format_func=parts.place_words, key="place")


def _navigation(view: pages.View) -> StreamlitPage:
    report = st.Page(partial(pages.report, view), title="Report", url_path="report")
    leading = replace(view, open_report=lambda: st.switch_page(report))
    told = [
        st.Page(partial(pages.live, leading), title="Live", default=True),
        st.Page(partial(pages.rollouts, leading), title="Rollouts", url_path="rollouts"),
        st.Page(partial(pages.files, view), title="Files", url_path="files"),
        st.Page(partial(pages.figures, view), title="Figures", url_path="figures"),
        report,
    ]
    chosen = st.navigation(told, position="hidden")
    with st.container(horizontal=True, gap="small", key="fb_pages"):
        for one in told:  # a row of links, where Streamlit's own menu would hide from a phone
            st.page_link(one)
    return chosen


def _foot(repository: Repository, state: State, count: int, unreadable: int) -> None:
    """What it is told from. Only now is the remote asked: what is here was shown at once."""
    foot = st.empty()
    words = [f"Told from {counted(count, 'recorded attempt')}"]
    if unreadable:
        words.append(f"{counted(unreadable, 'line')} cannot be read, perhaps a later freshboot's")
    foot.html(parts.foot([*words, "asking for what others have recorded"]))
    at, complaint = _refreshed(repository)
    foot.html(parts.foot([*words, f"not fetched: {complaint}" if complaint else f"fetched {when(at)}"]))
    if source.tip(repository) != state[0]:
        st.rerun()


@st.cache_resource(show_spinner=False)
def _opened(root: str) -> Repository:
    return Repository.open(root)


@st.cache_data(ttl=_REFRESH_SECONDS, hash_funcs=_BY_ROOT, show_spinner="Asking for what others have recorded")
def _refreshed(repository: Repository) -> tuple[datetime, str]:
    """When the remote was asked last, and what went wrong; that is kept as well, so that few wait for it."""
    return datetime.now(timezone.utc), source.refresh(repository)


@st.cache_resource(max_entries=2, hash_funcs=_BY_ROOT, show_spinner=False)
def _folded(repository: Repository, state: State) -> Folded:  # noqa: ARG001  it is kept by it
    """The ledger itself. It is large and never changed, so that all sessions share it."""
    return source.read(repository)


@st.cache_data(max_entries=2, hash_funcs=_BY_ROOT, show_spinner="Reading the ledger")
def _summary(repository: Repository, state: State) -> tuple[tuple[Place, ...], int, int]:
    """The apps that the ledger tells of, how many attempts, and how many lines that cannot be read."""
    told = _folded(repository, state)
    return places(told.attempts), len(told.attempts), told.unreadable


@st.cache_data(max_entries=_MOST_KEPT, hash_funcs=_BY_ROOT, show_spinner="Reading the ledger")
def _board(repository: Repository, state: State, place: Place | None) -> Board:
    return board(_folded(repository, state).attempts, place)


@st.cache_data(max_entries=_MOST_KEPT, hash_funcs=_BY_ROOT, show_spinner=False)
def _grid(repository: Repository, state: State, place: Place | None, first: int) -> Grid:
    """The picture of the pushes, but for so many of the latest."""
    told = of_place(_folded(repository, state).attempts, place)
    return grid(columns(told[: len(told) - first]))


@st.cache_data(max_entries=_MOST_KEPT, hash_funcs=_BY_ROOT, show_spinner="Telling the report")
def _report(repository: Repository, state: State, place: Place | None, rollout: str) -> pages.Report | None:
    """A rollout's report; None where it is not on record."""
    told = incident_of(of_place(_folded(repository, state).attempts, place), rollout)
    if not told:
        return None
    made = min(moment(told[-1].ended or told[-1].began), datetime.now(timezone.utc))
    story = tell(told, source.facts(repository, told), made)
    return pages.Report(to_html(story), to_markdown(story))


@st.cache_data(ttl=_REFRESH_SECONDS, hash_funcs=_BY_ROOT, show_spinner=False)
def _commits(repository: Repository) -> str:
    return source.commits_address(repository)
