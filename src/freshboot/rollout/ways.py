"""The ways to put a challenge to an app: a session, its HTTP route, a real browser."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import aiohttp

from freshboot.hosts.address import Address
from freshboot.live.browser import NoBrowser, ask_browser, open_browser
from freshboot.live.challenge import Attested, Reply, Silent, ask
from freshboot.live.connection import Limits
from freshboot.live.errors import Reason
from freshboot.live.route import ask_route


class Way(str, Enum):
    """How to ask. ``auto``: by a session; where none gets through by the route, else by a browser."""

    AUTO = "auto"
    SESSION = "session"
    ROUTE = "route"
    BROWSER = "browser"


@dataclass
class Ways:
    """Puts challenges to one app, and goes on as it was answered first."""

    address: Address
    http: aiohttp.ClientSession
    limits: Limits
    way: Way = Way.AUTO
    key: str | None = None

    async def ask(self, nonce: str) -> Reply:
        """One challenge; it never ends in an exception."""
        if self.way is not Way.AUTO:
            return await self._by(self.way, nonce)
        first = await self._by(Way.SESSION, nonce)
        if not (isinstance(first, Silent) and first.reason is Reason.NO_WEBSOCKET):
            return first
        for way in (Way.ROUTE, Way.BROWSER):
            reply = await self._by(way, nonce)
            if isinstance(reply, Attested):
                self.way = way
                return reply
        return first

    async def _by(self, way: Way, nonce: str) -> Reply:
        http, limits, key = self.http, self.limits, self.key
        match way:
            case Way.ROUTE:
                return await ask_route(self.address, nonce=nonce, http=http, limits=limits, key=key)
            case Way.BROWSER:
                return await self._by_browser(nonce)
            case _:
                return await ask(self.address, nonce=nonce, http=http, limits=limits, key=key)

    async def _by_browser(self, nonce: str) -> Reply:
        try:
            async with open_browser() as browser:
                return await ask_browser(
                    self.address.url, nonce, browser=browser, limits=self.limits, key=self.key
                )
        except NoBrowser as error:
            return Silent(Reason.NOT_STREAMLIT, f"{error.message}: {error.remedy}")
