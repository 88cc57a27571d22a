"""This process as an app's process, without Streamlit: files are imported, looked at and healed."""

from __future__ import annotations

import importlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from freshboot.app import modules, staleness
from freshboot.app.heal import heal
from freshboot.app.memory import Memory, memory
from freshboot.app.modules import Survey
from freshboot.app.places import Places
from freshboot.app.state import State
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

    def boot(self, keep: Collection[str] = (), *, hooked: bool = False) -> int:
        """What boot() does about old code, and how many modules it dropped."""
        names = staleness.with_parents(keep)
        found = self.survey()
        if not staleness.needs_healing(self.state, self.places, found, names, hooked=hooked):
            return 0
        return heal(self.state, self.places, names)


def blob(text: str) -> str:
    """The blob id of a text file."""
    return blob_id(text.encode())
