"""``freshboot.repair_environment()``: install what the attestation shows missing or wrong, and say so."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib
import logging
import os
import shlex
import sys
import tempfile
from collections.abc import Sequence
from typing import NamedTuple

from freshboot.app import insiders, installer, modules, packages, running, staleness
from freshboot.app.once import Busy, Done, once
from freshboot.app.places import Places
from freshboot.app.root import NoRepository, settle
from freshboot.app.running import Run
from freshboot.app.shortfall import Shortfall, shortfall
from freshboot.app.state import State, state
from freshboot.dependencies import Line, candidates
from freshboot.proof import Kind

_LOGGER = logging.getLogger("freshboot")
_SECONDS = 300.0
_LOOKED: dict[str, str] = {}
"""The releases that were looked at in this process, and what every later run has to say: it does not look."""


class _Outcome(NamedTuple):
    """How the lines stand afterwards: met, in doubt until the process starts again, or as before."""

    met: list[str]
    restart: list[str]
    short: list[str]


def repair_environment(timeout: float = _SECONDS) -> None:
    """Install what ``requirements.txt`` asks for and the environment lacks, or has in a wrong version.

    To be called after ``boot()`` (and ``st.set_page_config``), before the imports that need it. It is tried
    once for each release, by one process at a time, and never in silence: the page warns, and the log (logger
    ``freshboot``) has the exact command. uv is used if it is there, else pip, with the settings of the
    environment alone: nothing but names and versions is taken from the file, and nothing at all if that names
    an index or hashes. What is not asked for by name, and other dependency files, are left alone, and told.

    What was loaded before in another version stays loaded. The page says that a restart is due, and
    attestations do not call such a line satisfied until then.

    :param timeout: seconds after which the installer is stopped
    """
    remembered = state()
    with remembered.guard("repair"):
        run = running.current_run(sys._getframe(1))
        if run is None:
            return
        if remembered.places is None:
            with contextlib.suppress(NoRepository):
                settle(remembered, running.entrypoint(run), None)
        if remembered.places is not None:
            _repair(remembered, remembered.places, run, timeout)


def _repair(state: State, places: Places, run: Run, timeout: float) -> None:
    release = _release(state, places, run)
    if release in _LOOKED:
        _show(_LOOKED[release])
        return
    found = _look(state, places, run)
    still = ""
    try:
        if found.asked:
            with once(release):
                still = _install(state, places, run, found, timeout)
    except Busy as busy:
        _tell(f"The environment is being repaired by {busy}.")
        return
    except Done:
        still = _tell(
            "The environment was repaired for this release before, and lacks something.", found.asked
        )
    except (OSError, ImportError) as error:
        still = _tell(f"The environment cannot be repaired from here ({type(error).__name__}).", found.asked)
    if found.left:
        why = found.refused or "not asked for by name and version"
        still = _tell(f"{len(found.left)} missing or wrong, and left alone.", (*found.left, f"({why})"))
    _LOOKED[release] = still


def _release(state: State, places: Places, run: Run) -> str:
    """The commit that is checked out; where there is none, the dependency files that lie there."""
    commit = state.heads.now(places.root).commit
    if commit:
        return commit
    files = candidates(running.entrypoint_from(run, places.real_root))
    blobs = [state.files.blob(os.path.join(places.real_root, one)) for one in files]
    return hashlib.sha256(repr(blobs).encode()).hexdigest()


def _kinds(state: State, places: Places, run: Run) -> dict[Line, Kind]:
    """As a challenge would be told."""
    with state.lock:
        loaded_ns = staleness.oldest_load(modules.survey(state, places))
    return packages.kinds(places.real_root, running.entrypoint_from(run, places.real_root), loaded_ns)


def _look(state: State, places: Places, run: Run) -> Shortfall:
    read = functools.partial(packages.content, places.real_root)
    entrypoint = running.entrypoint_from(run, places.real_root)

    def exists(path: str) -> bool:
        return os.path.lexists(os.path.join(places.real_root, path))

    return shortfall(read, exists, entrypoint, _kinds(state, places, run))


def _install(state: State, places: Places, run: Run, found: Shortfall, timeout: float) -> str:
    """Install, tell what came of it, and say what later runs have to tell."""
    import streamlit

    _tell(f"The environment lacks what this release requires: {len(found.asked)} to install.", found.asked)
    with tempfile.TemporaryDirectory(prefix="freshboot-repair-") as folder:
        bounds = os.path.join(folder, "bounds.txt")
        with open(bounds, "w", encoding="utf-8") as file:
            file.write("".join(f"{one}\n" for one in found.bounds))
        argv = installer.command(found.asked, bounds)
        _LOGGER.warning("freshboot.repair_environment() runs: %s", shlex.join(argv))
        if insiders.is_insider():
            streamlit.code(shlex.join(argv), language=None)
        with streamlit.spinner("Installing"):
            ran = installer.run(argv, folder, timeout, os.environ)
    importlib.invalidate_caches()
    if ran.code != 0:
        how = f"exit code {ran.code}" if ran.code is not None else f"stopped after {timeout:g} s"
        _LOGGER.warning("freshboot.repair_environment(): the installer failed (%s): %s", how, ran.words)
    return _tell_outcome(_outcome(found, _kinds(state, places, run)))


def _outcome(found: Shortfall, kinds: dict[Line, Kind]) -> _Outcome:
    """Judged as attestations judge: what an earlier import may have loaded of it is in doubt."""
    made = _Outcome([], [], [])
    for line in found.lines:
        kind = kinds.get(line, Kind.MISSING)
        {Kind.SATISFIED: made.met, Kind.UNRECORDED: made.restart}.get(kind, made.short).append(line.text)
    return made


def _tell_outcome(outcome: _Outcome) -> str:
    still = []
    if outcome.met:
        _tell(f"{len(outcome.met)} installed.", outcome.met)
    if outcome.restart:
        words = f"{len(outcome.restart)} installed; something older of it may be loaded: restart the app."
        still.append(_tell(words, outcome.restart))
    if outcome.short:
        still.append(_tell(f"{len(outcome.short)} could not be installed: see the log.", outcome.short))
    return " ".join(still)


def _tell(words: str, names: Sequence[str] = ()) -> str:
    """On the page and in the log; which ones is for those who may see names."""
    import streamlit

    _LOGGER.warning("freshboot.repair_environment(): %s %s", words, ", ".join(names))
    _show(words)
    if names and insiders.is_insider():
        streamlit.text(", ".join(names))
    return words


def _show(words: str) -> None:
    import streamlit

    if words:
        streamlit.warning(words)
