"""``freshboot.boot()``: remember what is loaded, answer a challenge, drop old code. Once in every run."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterable
from typing import NamedTuple

from freshboot.app import (
    gate,
    hook,
    locks,
    mode,
    modules,
    results,
    running,
    scripts,
    settings,
    spaces,
    staleness,
    standing,
    threads,
)
from freshboot.app.attest import Look, attest
from freshboot.app.heal import heal as heal_modules
from freshboot.app.keyed import sealed
from freshboot.app.memory import in_server, memory
from freshboot.app.modules import Survey
from freshboot.app.places import Places
from freshboot.app.results import Snapshot, Told
from freshboot.app.root import settle
from freshboot.app.running import Run
from freshboot.app.state import State, state

_TIDY_SECONDS = 1.0


class _Wishes(NamedTuple):
    heal: bool
    clear: bool
    root: str | None
    keep: frozenset[str]

    @property
    def clears(self) -> bool:
        """Whether the caches may be cleared."""
        return self.heal and self.clear


def boot(
    heal: bool = True,
    clear: bool = True,
    root: str | os.PathLike[str] | None = None,
    keep: Iterable[str] = (),
) -> None:
    """Make this app say what it runs, and drop old code by itself. To be called before every other import.

    A session whose query string holds a challenge gets the attestation and ends there. Outside of a Streamlit
    server nothing happens. A fault in here is logged and told in attestations; the app runs on.

    :param heal: drop the app's modules when one of them is not what lies on disk, or a pull changed any file
    :param clear: then also clear ``st.cache_data`` and ``st.cache_resource``, once; and when a process begins
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
            try:
                answer = attest(remembered, run, run.nonce, look, heals=wishes.heal)
            finally:
                threads.mark(remembered, next(remembered.serials))
            running.answer_and_stop(sealed(answer))


def _names(keep: Iterable[str]) -> frozenset[str]:
    return staleness.with_parents([keep] if isinstance(keep, str) else keep)


def _look(state: State, run: Run, wishes: _Wishes) -> Look:
    hooked = False
    if not any(spaces.has_begun(frame.f_globals) for frame in run.scripts):  # else it is a page's boot()
        threads.mark(state, threads.NOTHING)  # before it waits for anybody
    with state.lock, state.guard("root"):
        script = running.entrypoint(run) if wishes.root is None else running.calling_script(run)
        settle(state, script, wishes.root)
        hooked = hook.install()
    if state.places is None:
        threads.mark(state, next(state.serials))
        return Look()
    with state.lock, state.guard("standing"):
        standing.begin(state, state.places)
        mode.begin(state, run)
        settings.begin(state)
    look = Look()
    if run.nonce is not None:
        with state.guard("disk"):
            look = Look(results.take(state, state.places))
    with state.guard("stragglers"):
        asked = run.nonce is not None
        results.look_after_stragglers(state, state.places, clears=wishes.clears, at_once=asked)
    with state.guard("clear"):
        results.clear_if_due(state, state.places)
    with state.lock, state.guard("memory"):
        threads.register(state)
        threads.mark(state, threads.NOTHING)
        state.keep = wishes.keep
        look = look._replace(results=_results(state, state.places, run, wishes, look.files))
        look = _look_and_heal(state, state.places, run, wishes, look, hooked=hooked)
        with state.guard("standing"):
            standing.restore_if_due(state, state.places)
            if wishes.heal:
                mode.decide_again(state, run)
        state.cold |= hooked or look.healed > 0
        if run.nonce is None and state.cold:
            state.cold = False
            gate.hold(state)
    with state.guard("clear"):
        results.clear_if_due(state, state.places)
    if run.nonce is None:
        gate.wait(state)
        threads.mark(state, next(state.serials))
    return look


def _results(state: State, places: Places, run: Run, wishes: _Wishes, asked: Snapshot | None) -> Told | None:
    if state.noticed is None:
        with state.guard("basis"):
            results.begin(state, places, asked, clears=wishes.clears)
    with state.guard("results"):
        if run.nonce:
            told = results.told(state, run.runtime, results.newest(state, asked))
            return told.but(settings.outdated(state, places, run))
    return None


def _look_and_heal(
    state: State, places: Places, run: Run, wishes: _Wishes, look: Look, *, hooked: bool
) -> Look:
    live = scripts.live(state, run)
    found = modules.survey(state, places)
    staleness.note_losses(state, found)
    if run.nonce is not None:
        seen = memory(state, places, found, live, wishes.keep if wishes.heal else ())
        look = look._replace(memory=in_server(seen, state, places, run, look.results))
    with state.guard("heal"):
        if wishes.heal:
            look = look._replace(healed=_heal(state, places, wishes, look.files, found, hooked=hooked))
    _tidy(state, places, found)
    return look


def _heal(
    state: State,
    places: Places,
    wishes: _Wishes,
    asked: Snapshot | None,
    found: Survey,
    *,
    hooked: bool,
) -> int:
    """Drop what is old, or was computed from what is old."""
    before, changed = results.newest(state, asked), False
    with state.guard("noticed"):
        if (now := results.noticed(state, places, before)) is not None:
            before, changed = now, True
    if not changed and not staleness.needs_healing(state, places, found, wishes.keep, hooked=hooked):
        return 0
    with state.guard("basis"):
        before = before or results.take(state, places)
    healed = heal_modules(state, places, wishes.keep, outdated=changed)
    if changed or healed:
        state.changes += 1
        keeps = staleness.keeps(found, wishes.keep)
        state.standing_due |= not keeps  # what stays may rely on where it put the process
        results.renew(state, before, clears=wishes.clears, keeps=keeps)
    return healed


def _tidy(state: State, places: Places, found: Survey) -> None:
    """Forget losses that nobody remembers; stacks are looked at for it, so not in every run."""
    if (state.lost or state.lost_scripts) and time.monotonic() - state.tidied > _TIDY_SECONDS:
        staleness.forget_losses(state, found, threads.oldest(state, places))
        state.tidied = time.monotonic()
