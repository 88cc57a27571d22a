"""``freshboot.badge()``: which deployment runs, where the app wants it shown."""

from __future__ import annotations

import contextlib
import html
import re
import sys

from freshboot.app import running, scripts
from freshboot.app.reasons import reason_of
from freshboot.app.root import NoRepository, settle
from freshboot.app.running import Run
from freshboot.app.state import State, state
from freshboot.colours import COLOURS, PLAIN

_STAMP = re.compile(
    r"(?P<version>.+)\+(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"T(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})[0-9]{2}Z\.g(?P<source>[0-9a-f]+)\.(?P<colour>[a-z]+)"
)
_STYLE = "color:#fff;border-radius:.5em;padding:.15em .6em;font-size:.8rem;display:inline-block"


def badge() -> None:
    """Show version, time (UTC), source commit and reason of the running deployment, in its colour.

    It tells what runs, not what lies on disk. The reason is what ``freshboot publish --reason`` was given,
    read from the stamp's commit: it shows where ``.git`` lies with the app. Outside of a Streamlit script
    nothing happens.
    """
    remembered = state()
    with remembered.guard("badge"):
        if running.script_context() is None:
            return
        from streamlit import markdown, runtime

        run = Run(None, runtime.get_instance(), tuple(running.script_frames(sys._getframe(1))))
        if remembered.places is None:
            with contextlib.suppress(NoRepository):  # then the script alone is asked
                settle(remembered, running.entrypoint(run), None)
        stamp = scripts.running_stamp(remembered, run)
        markdown(as_html(stamp, _reason(remembered, stamp)), unsafe_allow_html=True)


def _reason(state: State, stamp: str | None) -> str | None:
    with state.guard("reason"):
        if stamp is not None and state.places is not None:
            head = state.heads.now(state.places.root).commit
            return reason_of(state.places.root, head, stamp, state.tree.object_format)
    return None


def as_html(stamp: str | None, reason: str | None = None) -> str:
    """The badge of a stamp, of a bare version, or of none, on one line.

    It begins with an element that Markdown leaves alone to its end: in a mere ``<span>`` a reason could hold
    links and formulas.
    """
    text, colour = stamp or "unstamped", PLAIN
    parts = _STAMP.fullmatch(text)
    if parts is not None:
        year, month, day, hour, minute = parts.group("year", "month", "day", "hour", "minute")
        text = f"{parts['version']} · {year}-{month}-{day} {hour}:{minute} UTC · {parts['source']}"
        colour = COLOURS.get(parts["colour"], PLAIN)
    words = html.escape(f"{text} · {reason}" if reason else text)
    return f'<p><span style="background:{colour};{_STYLE}">{words}</span></p>'
