"""What stands between the visitors and the replicas, and answers as Community Cloud's edge does.

The addresses, status codes and cookies are those that several public projects measured from outside between
July and October 2026. The app itself is everything under ``/~/+/``.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import partial
from importlib import resources
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import quote

import aiohttp
from aiohttp import web
from yarl import URL

from freshboot.lab import proxy
from freshboot.lab.host import Phase
from freshboot.lab.remote import OWNER
from freshboot.lab.replica import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp.typedefs import Handler

    from freshboot.lab.faults.interface import Answering
    from freshboot.lab.host import Host

APP_PREFIX = "/~/+"
API_PREFIX = "/api/v2/app/"
DISAMBIGUATE = f"{API_PREFIX}disambiguate"
SIGN_IN, SIGNED_IN = "/-/auth/app", "/-/login"
CSRF_COOKIE = "_streamlit_csrf"
CSRF_HEADER = "x-csrf-token"


_SESSION_COOKIE = "streamlit_session"


class Edge:
    """The public address of the app."""

    def __init__(self, host: Host, streamlit_version: str) -> None:
        self._host = host
        self._streamlit_version = streamlit_version
        self._secret = secrets.token_bytes(32)
        self._shell = resources.files(__package__).joinpath("shell.html").read_text(encoding="utf-8")
        # Counted apart: a session stays where it is, and its HTTP requests may go to any other replica.
        self._session_turns, self._http_turns = count(), count()
        self._client: aiohttp.ClientSession | None = None

    def application(self) -> web.Application:
        """The web application that serves it."""
        application = web.Application(middlewares=[self._through_faults])
        application.cleanup_ctx.append(self._with_client)
        application.add_routes(
            [
                web.get(f"{API_PREFIX}status", self._status),
                web.post(f"{API_PREFIX}resume", self._resume),
                web.get(DISAMBIGUATE, self._disambiguate),
                web.get(SIGN_IN, self._sign_in),
                web.get(SIGNED_IN, self._signed_in),
                web.route("*", APP_PREFIX + "/{path:.*}", self._app),
                web.get("/{path:.*}", self._page),
            ]
        )
        return application

    async def _with_client(self, application: web.Application) -> AsyncIterator[None]:
        del application
        async with proxy.new_client() as self._client:
            yield

    @web.middleware
    async def _through_faults(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer as the faults let it be answered, the first of them outermost."""
        proceed: Answering = partial(handler, request)
        for fault in reversed(self._host.faults):
            proceed = partial(fault.answer, request, proceed)
        return await proceed()

    async def _app(self, request: web.Request) -> web.StreamResponse:
        if self._host.phase is Phase.IS_SHUTDOWN:
            return web.Response(status=400, text="asleep")
        is_session = request.headers.get("Upgrade", "").lower() == "websocket"
        ports = self._host.ports
        if not ports or (is_session and not self._host.sessions.admitted):
            return web.Response(status=503, text="starting")
        turn = next(self._session_turns if is_session else self._http_turns)
        # As it came, byte by byte: neither decoded nor encoded anew.
        path = request.raw_path.removeprefix(APP_PREFIX)
        url = URL(f"http://{LOOPBACK}:{ports[turn % len(ports)]}{path}", encoded=True)
        try:
            return await self._pass(request, url, is_session=is_session)
        except aiohttp.ClientError:
            return web.Response(status=503, text="starting")

    async def _pass(self, request: web.Request, url: URL, *, is_session: bool) -> web.StreamResponse:
        if self._client is None:
            raise RuntimeError("the edge is not being served")
        if not is_session:
            return await proxy.pass_http(request, self._client, url)
        with self._host.sessions.inside():
            return await proxy.pass_session(request, self._client, url)

    async def _page(self, request: web.Request) -> web.Response:
        """The same page for every address and in every phase, for whoever keeps cookies."""
        if _SESSION_COOKIE in request.cookies:
            return web.Response(text=self._shell, content_type="text/html")
        return _see_other(f"{SIGN_IN}?redirect_uri={quote(request.raw_path, safe='')}")

    async def _sign_in(self, request: web.Request) -> web.Response:
        return _see_other(f"{SIGNED_IN}?{request.query_string}")

    async def _signed_in(self, request: web.Request) -> web.Response:
        target = request.query.get("redirect_uri", "/")
        # Only back to this very server: "//elsewhere" would be another one.
        response = _see_other("/" + target.lstrip("/\\"))
        response.set_cookie(_SESSION_COOKIE, secrets.token_hex(16), httponly=True, samesite="Lax")
        return response

    async def _status(self, request: web.Request) -> web.Response:
        token = request.cookies.get(CSRF_COOKIE) or secrets.token_hex(16)
        facts = {
            "status": int(self._host.phase),
            # Its meaning is not known; clients must not rely on it.
            "platformStatus": 0,
            "viewerAuthEnabled": False,
            "streamlitVersion": self._streamlit_version,
        }
        for fault in self._host.faults:
            facts = fault.status(facts)
        response = web.json_response(facts, headers={CSRF_HEADER: self._csrf(token)})
        response.set_cookie(CSRF_COOKIE, token, samesite="Lax")
        return response

    async def _resume(self, request: web.Request) -> web.Response:
        expected = self._csrf(request.cookies.get(CSRF_COOKIE, ""))
        given = request.headers.get(CSRF_HEADER, "")
        if CSRF_COOKIE not in request.cookies or not hmac.compare_digest(given.encode(), expected.encode()):
            return web.Response(status=403, text="Forbidden")
        self._host.begin(self._host.resume())
        return web.Response(status=204)

    async def _disambiguate(self, request: web.Request) -> web.Response:
        target = self._host.target
        facts = {"owner": OWNER, "repository": self._host.remote.name, "branch": target.branch}
        return web.json_response({**facts, "mainModule": target.entrypoint, "host": request.host})

    def _csrf(self, token: str) -> str:
        """The header that belongs to a cookie: another text, so that both must be taken from the answer."""
        return hmac.new(self._secret, token.encode(), hashlib.sha256).hexdigest()


def _see_other(location: str) -> web.Response:
    return web.Response(status=303, headers={"Location": location})
