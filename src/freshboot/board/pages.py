"""The board's pages: each shows values that were made elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from freshboot.board import charts, hero, parts, tables
from freshboot.board.board import Board
from freshboot.board.rollouts import Kind, Row, of_kind
from freshboot.judge.words import short
from freshboot.tell.report.grid import MOST_COLUMNS, Grid

_LATEST = 5
_LEAST_POINTS = 3
_PAGE = 20
_CHOSEN = "rollout"
"""The parameter of the address, and the key of the session, that name the rollout to report."""


@dataclass(frozen=True)
class Report:
    """A rollout's report as a whole document, and as Markdown."""

    html: str
    markdown: str


@dataclass(frozen=True)
class View:
    """What pages show: the record of one app. ``commits`` is the address in front of a commit's id.

    ``grid`` gives the picture of the attempts but for so many of the latest; ``report`` the report of a
    rollout, None where it is not on record. ``open_report`` leads to its page.
    """

    board: Board
    commits: str
    clock: datetime
    theme: str
    grid: Callable[[int], Grid]
    report: Callable[[str], Report | None]
    open_report: Callable[[], object] = lambda: None


def live(view: View) -> None:
    """What is live, as far as the record tells, and what the record comes to."""
    board = view.board
    if board.now is None:
        st.html(hero.empty())
        return
    st.html(hero.hero(board.now, view.commits, view.clock))
    st.html(hero.numbers(board.figures))
    if board.waits:
        _waits(view)
    st.html(parts.heading("Latest rollouts"))
    _rows(view, board.rows[:_LATEST], "live")


def rollouts(view: View) -> None:
    """The timeline, the newest first, a page at a time."""
    st.html(parts.title("Rollouts", "Every push that was followed until a verdict stood, the newest first."))
    if not view.board.rows:
        st.html(hero.empty())
        return
    kind = _kind()
    told = of_kind(view.board.rows, kind)
    if not told:
        st.html(parts.note("No rollout ended so."))
        return
    first = _pager(len(told), _PAGE, kind.value, lambda begin, end: f"{begin}–{end} of {len(told)}")
    _rows(view, told[first : first + _PAGE], "all")


def files(view: View) -> None:
    """Which attempt's file was live after which attempt."""
    st.html(parts.title("Files", "Which file was live after which attempt, as the processes attested it."))
    count = view.board.attempts
    if not count:
        st.html(hero.empty())
        return

    def words(begin: int, end: int) -> str:
        return f"Attempts {count + 1 - end}–{count + 1 - begin} of {count}"

    told = view.grid(_pager(count, MOST_COLUMNS, "attempts", words))
    if told.rows:
        st.html(tables.picture(told, view.commits))
    else:
        st.html(parts.note("No file is known to have changed in these attempts, and none was found old."))


def figures(view: View) -> None:
    """Time to live over time, and causes."""
    board, about = view.board, "How long it took until every process had a push, and what got in the way."
    st.html(parts.title("Figures", about))
    if board.now is None:
        st.html(hero.empty())
        return
    st.html(hero.numbers(board.figures))
    _waits(view)
    st.html(parts.heading("Causes", "In how many releases each was met; a release may have met several."))
    if board.causes:
        st.html(tables.causes(board.causes, board.figures.releases))
    else:
        st.html(parts.note("No cause is on record: nothing went wrong.", "ok"))


def report(view: View) -> None:
    """The report of one rollout, as it stood at its end."""
    rows = view.board.rows
    if not rows:
        st.html(parts.title("Report"))
        st.html(hero.empty())
        return
    wanted = st.session_state.get(_CHOSEN) or st.query_params.get(_CHOSEN)
    at = next((at for at, one in enumerate(rows) if one.rollout == wanted), 0)
    chosen = rows[at]
    st.query_params[_CHOSEN] = chosen.rollout
    _neighbours(rows, at)
    if wanted and chosen.rollout != wanted:
        st.html(parts.note("No such rollout is on record here; this is the latest."))
    st.html(tables.row(chosen, view.commits))
    made = view.report(chosen.rollout)
    if made is not None:
        _downloads(made, short(chosen.commit) or "unknown")
        with st.container(key="fb_report"):
            st.iframe(made.html, height=800)


def _waits(view: View) -> None:
    waits = view.board.waits
    about = "From a push until every process had it. A point is a release, the line the middle of the latest."
    st.html(parts.heading("Time to live", about))
    if len(waits) >= _LEAST_POINTS:
        st.vega_lite_chart(charts.time_to_live(waits, view.theme))
    st.html(parts.quiet(charts.words_of(waits)))


def _rows(view: View, rows: Sequence[Row], where: str) -> None:
    """Rollouts, each with what leads to its report."""
    for at, one in enumerate(rows):
        with st.container(horizontal=True, vertical_alignment="center", key=f"fb_row_{where}_{at}"):
            st.html(tables.row(one, view.commits))
            if st.button("Report", key=f"{where} {at}", type="tertiary", icon=":material/description:"):
                _choose(one.rollout)
                view.open_report()


def _choose(rollout: str) -> None:
    st.session_state[_CHOSEN] = rollout


def _neighbours(rows: Sequence[Row], at: int) -> None:
    """The heading, with what leads to the rollout before and the one after."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(parts.title(f"Report of {short(rows[at].commit) or 'a rollout'}"))
        for words, to in (("Older", at + 1), ("Newer", at - 1)):
            there = rows[to].rollout if 0 <= to < len(rows) else ""
            st.button(words, disabled=not there, on_click=_choose, args=(there,))


def _downloads(made: Report, name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        about = "The whole incident as it stood when this rollout ended. To hand on:"
        st.html(parts.quiet(about), width="content")
        forms = (("HTML", made.html, "html", "text/html"), ("Markdown", made.markdown, "md", "text/markdown"))
        for words, text, ending, kind in forms:
            st.download_button(words, text, f"report-{name}.{ending}", kind, on_click="ignore")


def _kind() -> Kind:
    """The kind of rollouts to show."""
    names = [one.value for one in Kind]
    chosen = st.segmented_control("Verdict", names, default=names[0], label_visibility="collapsed")
    return Kind(chosen or names[0])


def _pager(count: int, size: int, key: str, words: Callable[[int, int], str]) -> int:
    """How many of the latest are left out, with what leads further back and forth again.

    :param words: where one is, told from the first and the last that are shown
    """
    last = max((count - 1) // size, 0)
    page = min(int(st.session_state.get(f"page {key}", 0)), last)

    def turn(to: int) -> None:
        st.session_state[f"page {key}"] = to

    with st.container(horizontal=True, vertical_alignment="center"):
        place = words(page * size + 1, min((page + 1) * size, count))
        st.html(parts.quiet(place), width="content")
        if last:
            st.button("Older", key=f"older {key}", disabled=page == last, on_click=turn, args=(page + 1,))
            st.button("Newer", key=f"newer {key}", disabled=page == 0, on_click=turn, args=(page - 1,))
    return page * size
