"""The environment stays as it was, although the requirement lines change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freshboot.lab.faults.interface import Fault, choice_of

if TYPE_CHECKING:
    from freshboot.lab.faults.interface import Step
    from freshboot.lab.replica import Replica


class NoRebuild(Fault):
    """Nothing is installed, and the process starts anew, as after an installation.

    With an environment of its own (``--wheels``) the app goes on with the old versions until it is rebooted,
    or with ``once`` until the lines change again.
    """

    name = "no-rebuild"
    usage = "no-rebuild[:once]"

    def __init__(self, argument: str | None) -> None:
        super().__init__(argument)
        self.once = choice_of(type(self), argument, "once") is not None
        self._left_out = False

    async def install(self, replica: Replica, proceed: Step) -> None:
        """Leave it out, and take it for done."""
        if self.once and self._left_out:
            await proceed()
            return
        self._left_out = True
        replica.provided = replica.dependencies
