"""The host follows another branch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from freshboot.lab.faults.interface import Fault

if TYPE_CHECKING:
    from freshboot.lab.host import Host
    from freshboot.lab.target import Target


class WrongBranch(Fault):
    """The app was deployed from another branch; pushes to the own one are none of the host's business.

    Where the remote has no such branch, it is made at the own one's tip. The app is deployed anew when the
    fault is set, and again when it is lifted.
    """

    name = "wrong-branch"
    usage = "wrong-branch[:BRANCH]"

    def __init__(self, argument: str | None) -> None:
        super().__init__(argument)
        if argument == "":
            raise self.misused("needs a branch's name after the colon")
        self.branch = argument or "other"

    async def take_hold(self, host: Host) -> None:
        """See to the branch; raises ``LabError`` for a name that git does not take."""
        await host.remote.offer(self.branch)

    def target(self, target: Target) -> Target:
        """The same file of the other branch."""
        return replace(target, branch=self.branch)
