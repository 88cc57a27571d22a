"""What this process runs, told outside of a script run. Nothing is healed."""

from __future__ import annotations

import os
from dataclasses import replace

from freshboot.app import modules, results, scripts, staleness, threads
from freshboot.app.attest import Look, attest
from freshboot.app.memory import Fact, Memory, memory
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
    files, told = None, None
    with state.guard("disk"):
        files = results.take(state, state.places) if state.places is not None else None
    seen = look(state, run)
    with state.lock, state.guard("results"):
        told = results.told(state, run.runtime, results.newest(state, files)) if files is not None else None
    answer = attest(state, run, nonce, Look(files, seen, told), heals=False)
    if state.hooked is None:
        return replace(answer, errors=(*answer.errors, "route: NotBooted"))
    return answer


def differs(state: State) -> bool:
    """Whether something that is known to run is not what lies on disk; True in a fault of ours as well."""
    seen = look(state, _no_run())
    if seen is None:
        return state.hooked is not None
    return any(_differs(state, fact) for fact in seen.facts)


def look(state: State, run: Run) -> Memory | None:
    """What is loaded; None before the first boot(), or if it cannot be found out.

    The thread counts as one that holds nothing of the app's, for good: it must never run any.
    """
    if state.places is None or state.hooked is None:  # badge() finds places, too
        return None
    running = scripts.live(state, run)
    with state.lock, state.guard("memory"):
        settle(state, entrypoint(run), None)
        threads.register(state)
        threads.mark(state, threads.NOTHING)
        found = modules.survey(state, state.places)
        staleness.note_losses(state, found)
        return memory(state, state.places, found, running, ())
    return None


def _no_run() -> Run:
    from streamlit import runtime

    return Run(None, runtime.get_instance(), ())


def _differs(state: State, fact: Fact) -> bool:
    if fact.kind is Kind.KEPT:
        return True
    root = state.places.real_root if state.places else ""
    return fact.kind in _KNOWN and state.files.blob(os.path.join(root, fact.path)) != fact.content
