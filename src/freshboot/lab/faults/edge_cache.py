"""The edge answers from a cache that hears of no push."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from freshboot.lab import proxy
from freshboot.lab.edge import APP_PREFIX
from freshboot.lab.faults.interface import Fault

if TYPE_CHECKING:
    from multidict import CIMultiDict

    from freshboot.lab.faults.interface import Answering

_LIVE = f"{APP_PREFIX}/_stcore/"
_MOST_ENTRIES, _MOST_BYTES = 256, 1 << 20


@dataclass(frozen=True)
class _Kept:
    body: bytes
    headers: CIMultiDict[str]
    since: float


class EdgeCache(Fault):
    """Every page and file of the app is kept from its first GET on, and told with its ``Age`` in seconds.

    The key is the address with its query, so that a query never asked before misses the cache. Streamlit's
    own calls, sessions among them, pass. Neither the visitor's nor the app's headers count, and nothing ends
    an entry but the fault's end.
    """

    name = "edge-cache"
    usage = "edge-cache"

    def __init__(self, argument: str | None) -> None:
        super().__init__(argument)
        self._kept: dict[str, _Kept] = {}

    async def answer(self, request: web.Request, proceed: Answering) -> web.StreamResponse:
        """From the cache where it is there."""
        path = request.raw_path
        if request.method != "GET" or not path.startswith(APP_PREFIX) or path.startswith(_LIVE):
            return await proceed()
        if path not in self._kept:
            request[proxy.WHOLE] = True
            response = await proceed()
            if not self._keep(path, response):
                return response
        kept = self._kept[path]
        response = web.Response(body=kept.body, headers=kept.headers)
        response.headers["Age"] = str(int(time.monotonic() - kept.since))
        return response

    def _keep(self, path: str, response: web.StreamResponse) -> bool:
        """Whether the answer is now in the cache."""
        if not isinstance(response, web.Response) or not isinstance(response.body, bytes):
            return False
        full = len(self._kept) >= _MOST_ENTRIES or len(response.body) > _MOST_BYTES
        if response.status != 200 or full:
            return False
        self._kept[path] = _Kept(response.body, response.headers, time.monotonic())
        return True
