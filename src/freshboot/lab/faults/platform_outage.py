"""The platform itself is down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from freshboot.lab.edge import APP_PREFIX
from freshboot.lab.faults.interface import Fault, choice_of
from freshboot.lab.host import Phase

if TYPE_CHECKING:
    from freshboot.lab.faults.interface import Answering


class PlatformOutage(Fault):
    """Every request, also for the status, is answered with 503; the process behind it goes on.

    With ``status`` the host's own calls still answer, and the status says that it is the platform's fault.
    """

    name = "platform-outage"
    usage = "platform-outage[:status]"

    def __init__(self, argument: str | None) -> None:
        super().__init__(argument)
        self.tells = choice_of(type(self), argument, "status") is not None

    async def answer(self, request: web.Request, proceed: Answering) -> web.StreamResponse:
        """What an edge answers that reaches nothing."""
        if self.tells and not request.path.startswith(APP_PREFIX):
            return await proceed()
        return web.Response(status=503, text="no server is available to handle this request")

    def status(self, facts: dict[str, Any]) -> dict[str, Any]:
        """The platform's error."""
        return facts | {"status": int(Phase.PLATFORM_ERROR)}
