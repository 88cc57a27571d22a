"""The same answer by HTTP: ``st.App("main.py", routes=[freshboot.route()])``, from Streamlit 1.57 on."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

from freshboot.app import keyed, outside
from freshboot.app.state import state
from freshboot.proof import QUERY_KEY

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

PATH = "/deployment"
HEALTH = f"{PATH}/health"

_MOST_AT_ONCE = 16  # all of them share two scans of the disk; whoever comes on top is told to come again


class NoRoutes(RuntimeError):
    """The Streamlit that runs serves no routes of an app's own."""

    def __init__(self, version: str) -> None:
        super().__init__(
            f"Streamlit {version} serves no routes of an app's own: use 1.57 or later, "
            "or leave freshboot.route() out (sessions are answered without it)"
        )


class Answer(NamedTuple):
    """HTTP status and JSON text."""

    status: int
    body: str


_BUSY = Answer(503, '{"error": "busy"}')
_NO_CHALLENGE = Answer(400, '{"error": "no challenge"}')
_FAILED = Answer(500, '{"error": "failed"}')
_OK, _STALE = Answer(200, '{"status": "ok"}'), Answer(503, '{"status": "stale"}')


def route() -> Route:
    """One route for ``st.App(…, routes=[freshboot.route()])`` that serves two addresses.

    ``/deployment?freshboot=<nonce>`` answers a challenge as a session does, and starts none.
    ``/deployment/health`` is for uptime monitors: 200, or 503 while something is known to run in memory that
    is not what lies on disk. Both lie under ``server.baseUrlPath`` as well.

    It tells of what ``freshboot.boot()`` remembers, which the script has to call; it heals nothing itself.

    :raises NoRoutes: this Streamlit is too old.
    """
    import streamlit

    if not hasattr(streamlit, "App"):
        raise NoRoutes(streamlit.__version__)
    from starlette.routing import Route
    from streamlit import config

    made = Route(PATH, _Desk().serve, name="freshboot")
    base = str(config.get_option("server.baseUrlPath")).strip("/")
    under = f"(?:/{re.escape(base)})?" if base else ""
    made.path_regex = re.compile(f"^{under}{PATH}(?:/health)?$")
    return made


class _Desk:
    """Answers on threads of its own, so that the server's event loop goes on meanwhile.

    The app's other routes never run on these threads: they count as holding nothing old.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_MOST_AT_ONCE, "freshboot-challenge")
        self._looker = ThreadPoolExecutor(1, "freshboot-health")
        self._asking = 0
        self._looking: asyncio.Future[Answer] | None = None

    async def serve(self, request: Request) -> Response:
        """Streamlit's server calls this."""
        from starlette.responses import Response

        if request.url.path.endswith(HEALTH):
            found = await self._health()
        else:
            found = await self._challenge(request.query_params.getlist(QUERY_KEY))
        headers = {"Cache-Control": "no-store", **({"Retry-After": "1"} if found is _BUSY else {})}
        return Response(found.body, found.status, headers, "application/json")

    async def _challenge(self, nonces: Sequence[str]) -> Answer:
        if self._asking >= _MOST_AT_ONCE:
            return _BUSY
        self._asking += 1
        try:
            return await _on(self._threads, lambda: _newest(challenge)(nonces))
        finally:
            self._asking -= 1

    async def _health(self) -> Answer:
        """However many monitors ask at once, one look is enough for all of them."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(_on(self._looker, lambda: _newest(health)()))
        return await asyncio.shield(self._looking)


async def _on(threads: ThreadPoolExecutor, work: Callable[[], Answer]) -> Answer:
    return await asyncio.get_running_loop().run_in_executor(threads, work)


def _newest(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """The function as it is defined now: a route stays for good, modules of freshboot's may be evicted."""
    with contextlib.suppress(Exception):  # evicted at this very moment
        found: Any = importlib.import_module(__name__)
        return found.__dict__[function.__name__]  # type: ignore[no-any-return]
    return function


def challenge(nonces: Sequence[str]) -> Answer:
    """The answer to a query string with these challenges: it must be one."""
    nonce = keyed.nonce_of(nonces[0]) if len(nonces) == 1 else None
    if nonce is None:
        return _NO_CHALLENGE
    remembered = state()
    with remembered.guard("route"):
        return Answer(200, keyed.sealed(outside.attestation(remembered, nonce)))
    return _FAILED


def health() -> Answer:
    """The answer for an uptime monitor; a fault of ours is not told as health."""
    remembered = state()
    with remembered.guard("route"):
        return _STALE if outside.differs(remembered) else _OK
    return _STALE
