"""The environment stays as it was, although the requirement lines change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freshboot.lab.faults.interface import Fault

if TYPE_CHECKING:
    from freshboot.lab.faults.interface import Step
    from freshboot.lab.replica import Replica


class NoRebuild(Fault):
    """Nothing is installed, and the process starts anew, as after an installation.

    With an environment of its own (``--wheels``) the app goes on with the old versions, until the lines
    change again or the app is rebooted.
    """

    name = "no-rebuild"
    usage = "no-rebuild"

    async def install(self, replica: Replica, proceed: Step) -> None:
        """Leave it out, and take it for done."""
        del proceed
        replica.provided = replica.dependencies
