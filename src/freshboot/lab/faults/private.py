"""The app is private: the edge demands a sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aiohttp import web

from freshboot.lab.edge import API_PREFIX, DISAMBIGUATE, SIGN_IN, SIGNED_IN
from freshboot.lab.faults.interface import Fault

if TYPE_CHECKING:
    from freshboot.lab.faults.interface import Answering


class Private(Fault):
    """Nobody is signed in here: pages lead to the sign-in, sessions are refused with 401.

    What the app tracks is told to nobody, its status to everybody. (That a private app's own addresses were
    once seen to answer without a sign-in is of low confidence.)
    """

    name = "private"
    usage = "private"

    async def answer(self, request: web.Request, proceed: Answering) -> web.StreamResponse:
        """The sign-in, unless it is asked for what everybody may know."""
        if request.path == DISAMBIGUATE:
            return web.Response(status=404)
        if request.path == SIGNED_IN:
            return web.Response(text="Sign in to see this app.")
        if request.path == SIGN_IN or request.path.startswith(API_PREFIX):
            return await proceed()
        if "Upgrade" in request.headers:
            return web.Response(status=401)
        location = f"{SIGN_IN}?redirect_uri={quote(request.raw_path, safe='')}"
        return web.Response(status=303, headers={"Location": location})

    def status(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Viewers are asked who they are."""
        return facts | {"viewerAuthEnabled": True}
