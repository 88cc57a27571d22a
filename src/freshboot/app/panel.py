"""``freshboot.panel()``: clear caches, drop modules and look again, for those who hold ``FRESHBOOT_KEY``."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

from freshboot.app import insiders, modules, results, running, staleness
from freshboot.app.comparing import compare, listed, summary
from freshboot.app.files import FileHashes
from freshboot.app.heal import heal
from freshboot.app.insiders import Answer
from freshboot.app.running import Run
from freshboot.app.state import State, state
from freshboot.seal import KEY_VARIABLE

_LOGGER = logging.getLogger("freshboot")

_GIVEN = "_freshboot_given"
_SAID = "_freshboot_said"
_TITLE = "Deployment"
_NO_KEY = (
    f"freshboot.panel() shows nothing to visitors while there is no key. Set {KEY_VARIABLE} in the app's "
    "environment (on Community Cloud: a top-level secret) to a long random word, and start the app again."
)
_ANSWERS = {
    Answer.RIGHT: "",
    Answer.WRONG: "That is not the key.",
    Answer.TOO_MANY: "Too many wrong keys were given. Try again in a minute.",
}
_FAILED = "That could not be done: see the app's log."


def panel() -> None:
    """Show a panel to clear caches, drop the app's modules and look again, to whoever gives the app's key.

    Others see the prompt for it, and nothing at all where the app has no ``FRESHBOOT_KEY``. The key is
    compared in constant time, and forgotten at once; after five wrong ones within a minute none is looked at.
    Whatever is done is logged (logger ``freshboot``). Outside of a Streamlit script nothing happens.
    """
    remembered = state()
    with remembered.guard("panel"):
        run = running.current_run(sys._getframe(1))
        if run is None:
            return
        if insiders.key() is None:
            _tell_how()
        else:
            _show(remembered, run)


def _tell_how() -> None:
    import streamlit

    if insiders.is_here():
        streamlit.info(_NO_KEY)


def _show(state: State, run: Run) -> None:
    import streamlit

    unlocked = insiders.is_unlocked()
    with streamlit.expander(_TITLE, expanded=unlocked):
        if unlocked:
            _controls(state, run)
        else:
            _prompt()
        if said := streamlit.session_state.pop(_SAID, ""):
            streamlit.info(said)


def _prompt() -> None:
    import streamlit

    with streamlit.form("freshboot-panel", clear_on_submit=True):
        streamlit.text_input("Key", type="password", key=_GIVEN)
        streamlit.form_submit_button("Unlock", on_click=_try)


def _controls(state: State, run: Run) -> None:
    import streamlit

    if state.places is not None and state.hooked is not None:
        rows = compare(state, state.places, run)
        streamlit.text(f"Loaded against disk: {summary(rows)}\n{listed(rows)}")
    for column, (label, what, act) in zip(streamlit.columns(len(_ACTS)), _ACTS, strict=True):
        column.button(label, key=f"freshboot-{label}", on_click=_do, args=(what, act))
    streamlit.button("Lock", key="freshboot-lock", on_click=insiders.lock)


def _try() -> None:
    """Runs before the script does: the key is gone from the session before anything else sees it."""
    import streamlit

    remembered = state()
    with remembered.guard("panel"):
        given = str(streamlit.session_state[_GIVEN])
        del streamlit.session_state[_GIVEN]  # what the browser sent of it goes, too
        answer = insiders.unlock(given)
        _LOGGER.warning("freshboot.panel(): %s", "unlocked" if answer is Answer.RIGHT else answer.value)
        _say(_ANSWERS[answer])


def _do(what: str, act: Callable[[State], None]) -> None:
    remembered = state()
    _say(_FAILED)
    with remembered.guard("panel"):
        if insiders.is_unlocked():
            act(remembered)
            _LOGGER.warning("freshboot.panel(): %s", what)
            _say(f"Done: {what}.")


def _say(text: str) -> None:
    import streamlit

    streamlit.session_state[_SAID] = text


def _clear_data(_: State) -> None:
    import streamlit

    streamlit.cache_data.clear()


def _clear_resources(_: State) -> None:
    import streamlit

    streamlit.cache_resource.clear()


def _drop(state: State) -> None:
    """Drop the app's modules as boot() does, and have it clear the caches: they may hold their objects.

    :raises RuntimeError: boot() has not found the repository, and nothing can be dropped.
    """
    if state.places is None:
        raise RuntimeError("nothing is known of the app's modules: boot() comes before panel()")
    with state.lock:
        before = results.take(state, state.places)
        keeps = staleness.keeps(modules.survey(state, state.places), state.keep)
        heal(state, state.places, state.keep, outdated=True)
        state.changes += 1
        state.standing_due |= not keeps
        results.renew(state, before, clears=True, keeps=keeps)


def _look_again(state: State) -> None:
    """Forget what was read of the files: the run that follows reads every one, and drops what is old."""
    with state.lock:
        state.files = FileHashes(state.files.object_format)
        state.tree = FileHashes(state.tree.object_format)


_ACTS: tuple[tuple[str, str, Callable[[State], Any]], ...] = (
    ("Clear data cache", "the data cache was cleared", _clear_data),
    ("Clear resource cache", "the resource cache was cleared", _clear_resources),
    ("Drop modules", "the app's modules were dropped and both caches cleared", _drop),
    ("Check again", "every file was read again", _look_again),
)
