"""The host does not hear of a push."""

from __future__ import annotations

import asyncio

from freshboot.lab.faults.interface import Fault, seconds_of


class LostWebhook(Fault):
    """A push is noticed only after some seconds, or never; a later push that is noticed brings it along.

    With ``once`` the first push is lost, and no other.
    """

    name = "lost-webhook"
    usage = "lost-webhook[:SECONDS|:once]"

    def __init__(self, argument: str | None) -> None:
        super().__init__(argument)
        self.once = argument == "once"
        self._lost = False
        self.seconds = None if argument in (None, "once") else seconds_of(type(self), argument)

    async def noticed(self) -> bool:
        """Late, or not at all."""
        if self.seconds is None:
            lost, self._lost = self._lost, True
            return self.once and lost
        await asyncio.sleep(self.seconds)
        return True
