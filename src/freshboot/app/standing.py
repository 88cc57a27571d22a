"""Where the process stands: its working folder, and where in the repository it looks for modules.

Scripts may change both, and what an old one did stays in force. So after healing both go back to what they
were when the process began to be looked at; the scripts do to them anew what they do now.
"""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

from freshboot.app import threads
from freshboot.app.places import Place, Places, is_below
from freshboot.app.state import State


class Standing(NamedTuple):
    """``folder`` is the working folder, from the root if it lies there (another may stand there later).

    ``entries`` are those of ``sys.path`` that lie in the repository.
    """

    folder: str
    entries: frozenset[str]


def begin(state: State, places: Places) -> None:
    """Remember how the process stands, once, before any script could change it under our eyes."""
    if state.standing is None:
        here = os.getcwd()
        folder = os.path.relpath(here, places.real_root) if is_below(here, places.real_root) else here
        state.standing = Standing(folder, _entries(places))


def is_old(state: State, places: Places) -> bool:
    """Whether an old script may have put the process where it stands, or another folder is at its place."""
    return (state.standing_due and _has_moved(state, places)) or _is_left_behind(state, places)


def restore_if_due(state: State, places: Places) -> None:
    """Go back, unless a script runs that may rely on where it is. To be called with the state's lock held.

    :raises OSError: the folder is gone.
    """
    if not state.standing_due or threads.others_run(state, places):
        return
    if state.standing is not None and _has_moved(state, places):
        os.chdir(_folder(state.standing, places))
        added = _entries(places) - state.standing.entries
        sys.path[:] = [one for one in sys.path if one not in added]
    state.standing_due = state.swapped = False


def _has_moved(state: State, places: Places) -> bool:
    standing = state.standing
    if standing is None:
        return False
    return _here() != os.path.realpath(_folder(standing, places)) or not (
        _entries(places) <= standing.entries
    )


def _is_left_behind(state: State, places: Places) -> bool:
    """Whether the process stands in a folder that is gone, or was taken away with the old root."""
    here = _here()
    return here is None or (state.swapped and not is_below(here, places.real_root))


def _here() -> str | None:
    try:
        return os.getcwd()
    except OSError:
        return None


def _folder(standing: Standing, places: Places) -> str:
    return os.path.normpath(os.path.join(places.root, standing.folder))


def _entries(places: Places) -> frozenset[str]:
    return frozenset(
        one for one in sys.path if isinstance(one, str) and places.of(os.path.abspath(one)) is Place.ROOT
    )
