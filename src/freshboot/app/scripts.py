"""Which bytes the running entrypoint and pages were compiled from.

Streamlit does not import them: it compiles a file once and keeps the code object. So a code object is held
against its file, compiled in the same way; where the two are the same program, the file's blob id is the
code's, for as long as that code object lives.
"""

from __future__ import annotations

import io
import os
import tokenize
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from types import CodeType

from freshboot.app import running, stamps
from freshboot.app.codes import fingerprint
from freshboot.app.files import Signature, signature
from freshboot.app.running import Run
from freshboot.app.state import Loss, State
from freshboot.proof import blob_id

_NOT_A_SCRIPT = (OSError, SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass
class Script:
    """One compiled script.

    ``path`` is from the root, None if it is not of the repository; ``blob`` None means unrecorded. ``stamp``
    is the value of the source's ``DEPLOYMENT_VERSION``. ``tried`` is the state of the file that it was last
    held against.
    """

    file: str
    path: str | None
    blob: str | None = None
    stamp: str | None = None
    tried: Signature | None = None


def live(state: State, run: Run) -> list[Script]:
    """The scripts that this session runs, and those that any new session would."""
    codes = [frame.f_code for frame in run.scripts]
    with state.guard("script-cache"):
        codes += running.cached_scripts(run.runtime).values()
    with state.guard("scripts"):
        found = note(state, codes)
        _note_losses(state, found)
        return found
    return []


def _note_losses(state: State, found: Iterable[Script]) -> None:
    """Remember which scripts other code has taken the place of: a thread may still run them."""
    for script in found:
        before = state.latest.get(script.file)
        if (
            before is not None
            and before is not script
            and (before.blob is None or before.blob != script.blob)
        ):
            loss = Loss("", before.file, before.path or "", before.blob)
            state.lost_scripts[loss] = next(state.serials)
        state.latest[script.file] = script


def running_stamp(state: State, run: Run) -> str | None:
    """The stamp of the entrypoint's running code: its DEPLOYMENT_VERSION, else that of the file of this name.

    boot() comes before the assignment is executed, so it is read in the source that the code came from.
    """
    entrypoint = os.path.realpath(running.entrypoint(run))
    for script in live(state, run):
        if os.path.realpath(script.file) == entrypoint:
            if script.blob is None:
                return None
            if script.stamp is not None:
                return script.stamp
            break
    return stamps.in_file(state.places.root) if state.places else None


def note(state: State, codes: Iterable[CodeType]) -> list[Script]:
    """The scripts of these code objects; those seen for the first time are held against their files."""
    return [_note(state, code) for code in codes]


def _note(state: State, code: CodeType) -> Script:
    known = state.scripts.get(id(code))
    if known is not None and known[0]() is code:
        script = known[1]
    else:
        script = Script(code.co_filename, _relative(state, code.co_filename))
        scripts, key = state.scripts, id(code)
        scripts[key] = (weakref.ref(code, lambda _: scripts.pop(key, None)), script)
    if script.blob is None:
        _match(state, code, script)
    return script


def _match(state: State, code: CodeType, script: Script) -> None:
    """Hold the code against the file, once for each state of it: a match proves, whenever it is made."""
    try:
        found = signature(os.stat(script.file))
        if found == script.tried:
            return
        script.tried = found
        with open(script.file, "rb") as source:
            data = source.read()
        if not _is_compiled_from(code, data):
            return
    except _NOT_A_SCRIPT:
        return
    script.blob = blob_id(data, state.files.object_format)
    script.stamp = stamps.in_source(data)


def _is_compiled_from(code: CodeType, data: bytes) -> bool:
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    text = io.TextIOWrapper(io.BytesIO(data), encoding).read()  # as tokenize.open() reads it: any line ending
    ways = (running.compile_as_streamlit, running.compile_plainly)
    return any(fingerprint(way(text, code.co_filename)) == fingerprint(code) for way in ways)


def _relative(state: State, file: str) -> str | None:
    return state.places.relative(os.path.abspath(file)) if state.places else None
