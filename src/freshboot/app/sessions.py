"""What the app's open sessions hold: it may be older than the code, and no other session meets it."""

from __future__ import annotations

import sys
from typing import Any

# SessionState and, from 1.33 on, what a session's fragments are to run again.
_HELD = ("_session_state", "_fragment_storage")


def states() -> list[object]:
    """The objects that hold the states of all sessions that the server knows, also disconnected ones.

    Private to Streamlit: where it cannot be read there are none, and what they hold is told as held.
    """
    found = []
    for session in _sessions():
        for name in _HELD:
            held = getattr(session, name, None)
            if held is not None:
                found.append(held)
    return found


def _sessions() -> list[Any]:
    if "streamlit.runtime" not in sys.modules:
        return []
    from streamlit import runtime

    if not runtime.exists():
        return []
    manager = getattr(runtime.get_instance(), "_session_mgr", None)
    try:
        return [info.session for info in manager.list_sessions()]  # type: ignore[union-attr]
    except AttributeError:
        return []
