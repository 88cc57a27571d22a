"""The host runs another file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from freshboot.lab.errors import LabError
from freshboot.lab.faults.interface import Fault, path_of

if TYPE_CHECKING:
    from freshboot.lab.host import Host
    from freshboot.lab.target import Target


class WrongEntrypoint(Fault):
    """The app was deployed with another main file, by default another one that imports Streamlit.

    It is deployed anew when the fault is set, and again when it is lifted.
    """

    name = "wrong-entrypoint"
    usage = "wrong-entrypoint[:PATH]"

    def __init__(self, argument: str | None) -> None:
        super().__init__(argument)
        self.path = None if argument is None else path_of(type(self), argument)

    async def take_hold(self, host: Host) -> None:
        """Find the file; raises ``LabError`` where there is none."""
        if self.path is not None:
            await host.remote.require(self.path)
            return
        others = [path for path in await host.remote.scripts() if path != host.target.entrypoint]
        if not others:
            raise LabError("no other file of the app imports Streamlit", f"write it as {self.usage}")
        self.path = others[0]

    def target(self, target: Target) -> Target:
        """The other file of the same branch."""
        return replace(target, entrypoint=self.path or target.entrypoint)
