"""One file keeps its old bytes, whatever is pulled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from freshboot.lab.faults.interface import Fault, path_of

if TYPE_CHECKING:
    from freshboot.lab.checkout import Landing


class HoldFile(Fault):
    """The file does not change on the disk, while the commit that is checked out says that it has.

    It is left out of the landing, which ends as putting the old bytes back would, but without the moment in
    between in which Streamlit could load the new ones and then take the old ones for unchanged.
    """

    name = "hold-file"
    usage = "hold-file:PATH"

    def __init__(self, argument: str | None) -> None:
        super().__init__(argument)
        self.path = path_of(type(self), argument)

    def land(self, landing: Landing) -> Landing:
        """All but the held file; one that is new or deleted stays missing or present."""
        return replace(
            landing,
            changed=tuple(path for path in landing.changed if path != self.path),
            deleted=tuple(path for path in landing.deleted if path != self.path),
        )
