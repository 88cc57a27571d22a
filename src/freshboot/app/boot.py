"""``freshboot.boot()``: remember what is loaded, answer a challenge, drop old code. Once in every run."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterable
from typing import NamedTuple

from freshboot.app import gate, hook, locks, modules, running, scripts, staleness, threads
from freshboot.app.attest import attest
from freshboot.app.heal import heal as heal_modules
from freshboot.app.memory import Memory, memory
from freshboot.app.modules import Survey
from freshboot.app.places import Places
from freshboot.app.root import settle
from freshboot.app.running import Run
from freshboot.app.state import State, state

_TIDY_SECONDS = 1.0


class _Wishes(NamedTuple):
    heal: bool
    clear: bool
    root: str | None
    keep: frozenset[str]


class _Look(NamedTuple):
    """What this run found: the memory as it was before healing, if it was asked for, and what healing did."""

    memory: Memory | None = None
    healed: int = 0


def boot(
    heal: bool = True,
    clear: bool = True,
    root: str | os.PathLike[str] | None = None,
    keep: Iterable[str] = (),
) -> None:
    """Make this app say what it runs, and drop old code by itself. To be called before every other import.

    A session whose query string holds a challenge gets the attestation and ends there. Outside of a Streamlit
    server nothing happens. A fault in here is logged and told in attestations; the app runs on.

    :param heal: drop the app's modules when one of them is not what lies on disk
    :param clear: then also clear ``st.cache_data`` and ``st.cache_resource``, once
    :param root: the repository's root, where there is no ``.git``; relative to the calling script's folder
    :param keep: names of modules that must not be dropped, nor the packages they lie in
    """
    remembered = state()
    with remembered.guard("boot"):
        run = running.current_run(sys._getframe(1))
        if run is None:
            return
        with contextlib.suppress(AttributeError, TypeError):  # another Streamlit, with locks of its own
            locks.order(run.runtime)
        wishes = _Wishes(heal, clear, None if root is None else os.fspath(root), _names(keep))
        look = _look(remembered, run, wishes)
        if run.nonce is not None:
            answer = attest(remembered, run, run.nonce, look.memory, heals=wishes.heal, healed=look.healed)
            running.answer_and_stop(answer.to_json())


def _names(keep: Iterable[str]) -> frozenset[str]:
    return staleness.with_parents([keep] if isinstance(keep, str) else keep)


def _look(state: State, run: Run, wishes: _Wishes) -> _Look:
    hooked = False
    with state.lock, state.guard("root"):
        settle(state, running.calling_script(run), wishes.root)
        hooked = hook.install()
    if state.places is None:
        return _Look()
    live = scripts.live(state, run)
    look = _Look()
    with state.lock, state.guard("memory"):
        threads.register(state)
        threads.mark(state, threads.NOTHING)
        look = _look_and_heal(state, state.places, run, wishes, live, hooked=hooked)
        state.cold |= hooked or look.healed > 0
        if run.nonce is None and state.cold:
            state.cold = False
            gate.hold(state)
    with state.guard("clear"):
        if state.clear_due:
            running.clear_caches()
            state.clear_due = False
    if run.nonce is None:
        gate.wait(state)
    threads.mark(state, next(state.serials))
    return look


def _look_and_heal(
    state: State, places: Places, run: Run, wishes: _Wishes, live: list[scripts.Script], *, hooked: bool
) -> _Look:
    found = modules.survey(state, places)
    staleness.note_losses(state, found)
    seen, healed = None, 0
    if run.nonce is not None:
        seen = memory(state, places, found, live, wishes.keep if wishes.heal else ())
    with state.guard("heal"):
        if wishes.heal and staleness.needs_healing(state, places, found, wishes.keep, hooked=hooked):
            healed = heal_modules(state, places, wishes.keep)
            state.clear_due |= wishes.clear and healed > 0
    _tidy(state, places, found)
    return _Look(seen, healed)


def _tidy(state: State, places: Places, found: Survey) -> None:
    """Forget losses that nobody remembers; stacks are looked at for it, so not in every run."""
    if (state.lost or state.lost_scripts) and time.monotonic() - state.tidied > _TIDY_SECONDS:
        staleness.forget_losses(state, found, threads.oldest(state, places))
        state.tidied = time.monotonic()
