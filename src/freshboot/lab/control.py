"""The lab's own buttons: the faults, the state, and what an owner does by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aiohttp import web

from freshboot.lab.errors import LabError, UnknownFault
from freshboot.lab.faults import parse_fault

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from aiohttp.typedefs import Handler

    from freshboot.lab.faults import Fault
    from freshboot.lab.host import Host


_LOG_LIMIT = 1 << 17
"""The bytes of each replica's log that are told."""


class Control:
    """A server beside the edge; no visitor of the app comes here."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def application(self) -> web.Application:
        """The web application that serves it."""
        application = web.Application(middlewares=[_in_words])
        application.add_routes(
            [
                web.get("/state", self._state),
                web.get("/log", self._log),
                web.post("/faults", self._faults),
                web.post("/sleep", self._sleep),
                web.post("/reboot", self._reboot),
            ]
        )
        return application

    def state(self) -> dict[str, Any]:
        """Everything that the host knows of itself, as JSON values."""
        host = self._host
        return {
            "phase": host.phase.name.lower(),
            "branch": host.remote.branch,
            "target": {"branch": host.target.branch, "entrypoint": host.target.entrypoint},
            "tip": host.remote.tip(),
            "noticed": host.noticed,
            "faults": [fault.text for fault in host.faults],
            "sessions": len(host.sessions),
            "problems": host.problems,
            "replicas": [
                {
                    "commit": replica.checkout.commit,
                    "pid": replica.pid,
                    "port": replica.port,
                    "ready": replica.ready,
                    "starts": replica.starts,
                    "pulls": replica.pulls,
                    "checkout": str(replica.checkout.folder),
                    "log": str(replica.log),
                }
                for replica in host.replicas
            ],
        }

    async def _state(self, request: web.Request) -> web.Response:
        del request
        return web.json_response(self.state())

    async def _log(self, request: web.Request) -> web.Response:
        """What the owner reads in the log panel: the host's own lines and what the app prints."""
        del request
        return web.Response(text="".join(_end_of(replica.log) for replica in self._host.replicas))

    async def _faults(self, request: web.Request) -> web.Response:
        await self._host.order(_parse(await request.read()))
        return web.json_response(self.state())

    async def _sleep(self, request: web.Request) -> web.Response:
        del request
        async with self._host.turn:
            await self._host.sleep()
        return web.json_response(self.state())

    async def _reboot(self, request: web.Request) -> web.Response:
        del request
        async with self._host.turn:
            await self._host.install()
        return web.json_response(self.state())


def _end_of(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _LOG_LIMIT))
        return file.read().decode(errors="replace")


@web.middleware
async def _in_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except LabError as error:
        status = 400 if isinstance(error, UnknownFault) else 500
        return web.json_response({"error": error.message, "remedy": error.remedy}, status=status)


def _parse(body: bytes) -> tuple[Fault, ...]:
    try:
        texts = json.loads(body)
    except ValueError:
        texts = None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise UnknownFault(
            "the faults are not a JSON list of texts", 'send ["slow:2", "asleep"], or [] for none'
        )
    return tuple(parse_fault(text) for text in texts)
