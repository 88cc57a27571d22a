"""This process as an app's process, without Streamlit: files are imported, looked at and healed."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from freshboot.app import hook, modules, staleness, threads
from freshboot.app.heal import heal
from freshboot.app.memory import Memory, memory
from freshboot.app.modules import Survey
from freshboot.app.places import Places
from freshboot.app.state import State, state
from freshboot.proof import Kind, blob_id
from tests.app.apps import write


@dataclass(frozen=True)
class Process:
    """The hook is installed for ``root``, which stands first in ``sys.path``."""

    root: Path
    state: State

    @property
    def places(self) -> Places:
        assert self.state.places is not None
        return self.state.places

    def write(self, path: str, text: str) -> Path:
        """Put a file into the repository."""
        write(self.root / path, text)
        return self.root / path

    def load(self, name: str) -> ModuleType:
        """Import a module as a script would."""
        importlib.invalidate_caches()
        return importlib.import_module(name)

    def survey(self) -> Survey:
        """What boot() finds."""
        found = modules.survey(self.state, self.places)
        staleness.note_losses(self.state, found)
        return found

    def memory(self, keep: Collection[str] = ()) -> Memory:
        """What would be attested now."""
        return memory(self.state, self.places, self.survey(), [], keep)

    def told(self, kind: Kind, keep: Collection[str] = ()) -> set[tuple[str, str]]:
        """The facts of one kind, as (path, blob id or word)."""
        return {(fact.path, fact.content) for fact in self.memory(keep).facts if fact.kind is kind}

    def boot(self, keep: Collection[str] = (), *, hooked: bool = False, pulled: bool = False) -> int:
        """What boot() does about old code, or after a pull of whatever, and how many modules it dropped."""
        names = staleness.with_parents(keep)
        threads.register(self.state)
        found = self.survey()
        if not pulled and not staleness.needs_healing(self.state, self.places, found, names, hooked=hooked):
            return 0
        return heal(self.state, self.places, names, outdated=pulled)


@contextlib.contextmanager
def process_of(root: Path) -> Iterator[Process]:
    """Make this process one of an app that lies in ``root``; everything is undone afterwards."""
    modules_before, path_before, hooks_before = dict(sys.modules), list(sys.path), list(sys.path_hooks)
    state_before = sys.__dict__.pop("_freshboot", None)
    writes_before, sys.dont_write_bytecode = sys.dont_write_bytecode, False
    sys.path.insert(0, str(root))
    try:
        remembered = state()
        remembered.places = Places(str(root))
        hook.install()
        yield Process(root, remembered)
    finally:
        sys.path[:], sys.path_hooks[:] = path_before, hooks_before
        sys.dont_write_bytecode = writes_before
        sys.modules.clear()
        sys.modules.update(modules_before)
        for folder in [one for one in sys.path_importer_cache if one.startswith(str(root))]:
            del sys.path_importer_cache[folder]
        sys.__dict__.pop("_freshboot", None)
        if state_before is not None:
            sys.__dict__["_freshboot"] = state_before


def blob(text: str) -> str:
    """The blob id of a text file."""
    return blob_id(text.encode())
