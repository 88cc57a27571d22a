"""``freshboot.diagnostics()``: what is loaded against what lies on disk, for people."""

from __future__ import annotations

import sys

from freshboot.app import insiders, running
from freshboot.app.comparing import compare, listed, summary
from freshboot.app.state import state

_NOT_BOOTED = "Nothing is recorded: freshboot.boot() comes before every other import."
_FOR_INSIDERS = "Which files: for those who unlock freshboot.panel() with the key."


def diagnostics() -> None:
    """Show an expander with every file of the app: whether what is loaded is what lies on disk, ✅ or ❌.

    Names are for those who unlocked ``panel()`` with the key in this session, and for whoever sits at the
    machine itself; others see how many. It heals nothing. Outside of a Streamlit script nothing happens.
    """
    remembered = state()
    with remembered.guard("diagnostics"):
        run = running.current_run(sys._getframe(1))
        if run is None:
            return
        import streamlit

        if remembered.places is None or remembered.hooked is None:
            with streamlit.expander("Loaded against disk: not known"):
                streamlit.text(_NOT_BOOTED)
            return
        rows = compare(remembered, remembered.places, run)
        with streamlit.expander(f"Loaded against disk: {summary(rows)}"):
            streamlit.text(listed(rows) if insiders.is_insider() else _FOR_INSIDERS)
