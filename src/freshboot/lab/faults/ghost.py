"""A deleted file stays on the server."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from freshboot.lab.faults.interface import Fault, path_of

if TYPE_CHECKING:
    from freshboot.lab.checkout import Landing


class Ghost(Fault):
    """The file, or what lies in the folder, is not deleted by any push, and stays until a fresh clone.

    Git does not know of it any more, so no later pull takes it away either.
    """

    name = "ghost"
    usage = "ghost:PATH"

    def __init__(self, argument: str | None) -> None:
        super().__init__(argument)
        self.path = path_of(type(self), argument)

    def land(self, landing: Landing) -> Landing:
        """All but the deletion."""
        return replace(landing, deleted=tuple(path for path in landing.deleted if not self._keeps(path)))

    def _keeps(self, path: str) -> bool:
        return path == self.path or path.startswith(f"{self.path}/")
