"""A share of all requests goes wrong on the way."""

from __future__ import annotations

import asyncio
import socket
import struct
from itertools import cycle
from typing import TYPE_CHECKING

from aiohttp import web

from freshboot.lab.faults.interface import Fault, choice_of

if TYPE_CHECKING:
    from freshboot.lab.faults.interface import Answering

_KINDS = ("reset", "delay", "5xx", "429")
# Of ten requests in a row, which go wrong: the same ones each time, and at times two in a row.
_WRONG = (True, False, False, True, True, False, False, False, True, False)
_SERVER_ERRORS = (500, 502, 503, 504)
_DELAY_S = 1.0
_SESSION_S = 0.2


class Network(Fault):
    """Four requests of ten are reset, delayed, or answered with a server error or "too many requests".

    Without a kind, with each of them in turn. A session that is reset is let begin, and is cut off soon.
    """

    name = "network"
    usage = f"network[:{'|'.join(_KINDS)}]"

    def __init__(self, argument: str | None) -> None:
        super().__init__(argument)
        kind = choice_of(type(self), argument, *_KINDS)
        self._wrong = cycle(_WRONG)
        self._kinds = cycle(_KINDS if kind is None else (kind,))
        self._errors = cycle(_SERVER_ERRORS)

    async def answer(self, request: web.Request, proceed: Answering) -> web.StreamResponse:
        """As it should be, or else as the turn has it."""
        if not next(self._wrong):
            return await proceed()
        kind = next(self._kinds)
        if kind == "5xx":
            return web.Response(status=next(self._errors), text="a server on the way has failed")
        if kind == "429":
            return web.Response(status=429, headers={"Retry-After": "1"}, text="too many requests")
        if kind == "delay":
            await asyncio.sleep(_DELAY_S)
        elif "Upgrade" not in request.headers:
            _reset(request.transport)
            return web.Response()  # to nobody
        else:
            asyncio.get_running_loop().call_later(_SESSION_S, _reset, request.transport)
        return await proceed()


def _reset(line: asyncio.Transport | None) -> None:
    """Break the connection off with a TCP reset, which takes back what is still on its way."""
    if line is None or line.is_closing():
        return
    at_once = struct.pack("ii", 1, 0)
    line.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    line.abort()
