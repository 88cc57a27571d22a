"""What this process runs, told outside of a script run. Nothing is healed."""

from __future__ import annotations

import os
from dataclasses import replace

from freshboot.app import modules, results, scripts, settings, staleness, threads
from freshboot.app.attest import Look, attest
from freshboot.app.memory import Fact, Memory, in_server, memory
from freshboot.app.places import Places
from freshboot.app.results import Told
from freshboot.app.root import settle
from freshboot.app.running import Run, entrypoint
from freshboot.app.state import State
from freshboot.proof import Attestation, Kind

_KNOWN = (Kind.MODULES, Kind.SCRIPTS)


def attestation(state: State, nonce: str) -> Attestation:
    """The answer to a challenge, of what a new session would meet. To be asked on a thread of our own.

    Scripts are those in Streamlit's cache. Where nobody has run one (from 1.47 on: where nobody is connected)
    there is none, and so no proof. Before the first boot() no layer is told, and ``errors`` says so.
    """
    run = _no_run()
    places = _places(state, run)
    if places is None:
        answer = attest(state, run, nonce, Look(), heals=False)
        return replace(answer, errors=(*answer.errors, "route: NotBooted"))
    files, told = None, None
    with state.guard("disk"):
        files = results.take(state, places)
    with state.lock, state.guard("results"):
        if files is not None:
            told = results.told(state, run.runtime, results.newest(state, files))
            told = told.but(settings.outdated(state, places, run))
    seen = _memory(state, places, run, told)
    return attest(state, run, nonce, Look(files, seen, told), heals=False)


def differs(state: State) -> bool:
    """Whether something that is known to run is not what lies on disk; True in a fault of ours as well."""
    run = _no_run()
    places = _places(state, run)
    if places is None:
        return False
    seen = _memory(state, places, run)
    return seen is None or any(_differs(state, places, fact) for fact in seen.facts)


def _places(state: State, run: Run) -> Places | None:
    """The places as they are now; None before the first boot().

    The thread counts as one that holds nothing of the app's, for good: it must never run any.
    """
    if state.places is None or state.hooked is None:  # badge() finds places, too
        return None
    with state.lock:
        settle(state, entrypoint(run), None)
        threads.register(state)
        threads.mark(state, threads.NOTHING)
        return state.places


def _memory(state: State, places: Places, run: Run, told: Told | None = None) -> Memory | None:
    """What is loaded; None if it cannot be found out."""
    with state.lock, state.guard("memory"):
        live = scripts.live(state, run)
        found = modules.survey(state, places)
        staleness.note_losses(state, found)
        seen = memory(state, places, found, live, ())
        return in_server(seen, state, places, run, told)
    return None


def _no_run() -> Run:
    from streamlit import runtime

    return Run(None, runtime.get_instance(), ())


def _differs(state: State, places: Places, fact: Fact) -> bool:
    if fact.kind is Kind.KEPT:
        return True
    on_disk = state.files.blob(os.path.join(places.real_root, fact.path))
    return fact.kind in _KNOWN and on_disk != fact.content
