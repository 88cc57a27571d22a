"""A Streamlit session without a browser.

What is sent and read is what a browser would, as far as it matters here: an upgrade to ``_stcore/stream``,
one ``rerun_script``, and then the messages of the run. No cookie, no Origin, no token.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import Enum

import aiohttp

from freshboot.live import wire_pb2 as wire
from freshboot.live.cached import Cached
from freshboot.live.connection import DEFAULT_LIMITS, Connection, Limits, timed_out
from freshboot.live.errors import Reason, SessionError
from freshboot.live.run import Fold, Run

OWN_RUN_SECONDS = 0.3
"""The server runs a new session by itself if its script changes just then; what was asked for comes next."""


class Sign(str, Enum):
    """What a witness notices. It says that something happened, not that all of it has."""

    CHANGED = "changed"  # a file of the running script changed on the server's disk
    RERUN = "rerun"  # the server ran the script again by itself
    LOST = "lost"  # the server ended the session, or the line is dead


class Session:
    """An open session. One task reads from it at a time."""

    def __init__(self, connection: Connection, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits
        self._cached = Cached()

    @classmethod
    @asynccontextmanager
    async def open(
        cls, websocket_url: str, *, http: aiohttp.ClientSession, limits: Limits = DEFAULT_LIMITS
    ) -> AsyncIterator[Session]:
        """Open a session at ``ws[s]://…/_stcore/stream``.

        :param http: from :func:`freshboot.live.http.http_client`
        :raises SessionError: nothing can be reached there, or it opens no WebSocket.
        """
        connection = await Connection.open(websocket_url, http, limits)
        try:
            yield cls(connection, limits)
        finally:
            await connection.close()

    async def run(
        self, query: str = "", page: str = "", enough: Callable[[Fold], bool] = lambda _: False
    ) -> Run:
        """Have the script run once and collect what it puts on the page.

        The server is asked not to run it again by itself when its code changes: such a run has no query, and
        could be taken for this one. Where hosts force that (Community Cloud does) a session has it from the
        start, so it may still come; see ``another_run``.

        :param query: the query string, without ``?``
        :param page: the page's url path; it counts in a session's first run only
        :param enough: tells of what has come so far whether the rest of the run is not needed
        :raises SessionError: the connection is gone, or a limit is passed.
        """
        fold = Fold()
        await self._collect(fold, wire.BackMsg(set_run_on_save=False), _rerun(query, page), enough=enough)
        return fold.result()

    async def another_run(
        self, within: float = OWN_RUN_SECONDS, enough: Callable[[Fold], bool] = lambda _: False
    ) -> Run | None:
        """The run that the server begins within so many seconds without being asked again; None if none
        begins.

        A session whose script has just changed on disk is run by the server itself; that run has no query,
        and may come before the one that was asked for.

        :raises SessionError: the connection is gone, or a limit is passed.
        """
        fold = Fold()
        try:
            await asyncio.wait_for(self._begin(fold), within)
        except asyncio.TimeoutError:
            return None
        await self._collect(fold, enough=enough)
        return fold.result()

    async def watch(self) -> Run:
        """Become a witness: run the script once, and have the server run it again when its code changes.

        Without the run the server watches nothing for this session; without the wish, Streamlit from 1.58 on
        keeps old modules until the next run. A script that is still running when its time is up is watched
        all the same, and its run says so.

        :raises SessionError: the connection is gone, or the page is too large.
        """
        fold = Fold()
        try:
            await self._collect(fold, _rerun("", ""), wire.BackMsg(set_run_on_save=True))
        except SessionError as error:
            if error.reason is not Reason.TIMEOUT:
                raise
        return fold.result()

    async def signs(self) -> AsyncIterator[Sign]:
        """Tell what happens to the app, until the session is lost; that is the last sign.

        Keep reading while you act upon a sign (from a task of its own): the server drops a session that
        answers no pings. A hostile server makes as many signs as it likes: act on them sparingly.

        :raises SessionError: a run passes the limits, or what comes is not Streamlit's.
        """
        self._connection.renew_budget()
        while True:
            try:
                message, _ = await self._connection.receive()
            except SessionError as error:
                if error.reason is not Reason.DOWN:
                    raise
                yield Sign.LOST
                return
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._connection.renew_budget()
                yield Sign.RERUN
            elif kind == "session_event" and message.session_event.script_changed_on_disk:
                yield Sign.CHANGED

    async def _collect(
        self, fold: Fold, *requests: wire.BackMsg, enough: Callable[[Fold], bool] = lambda _: False
    ) -> None:
        self._connection.renew_budget(self._limits.run)
        try:
            await asyncio.wait_for(self._converse(fold, requests, enough), self._limits.run)
        except asyncio.TimeoutError:
            raise timed_out(self._limits.run) from None

    async def _converse(
        self, fold: Fold, requests: tuple[wire.BackMsg, ...], enough: Callable[[Fold], bool]
    ) -> None:
        for request in requests:
            await self._connection.send(request)
        while not fold.complete and not enough(fold):
            fold.add(self._whole(*await self._connection.receive()))

    async def _begin(self, fold: Fold) -> None:
        while fold.status is None:
            fold.add(self._whole(*await self._connection.receive()))

    def _whole(self, message: wire.ForwardMsg, size: int) -> wire.ForwardMsg:
        whole, again = self._cached.whole(message, size)
        if again:
            self._connection.charge(again)
        return whole


def _rerun(query: str, page: str) -> wire.BackMsg:
    return wire.BackMsg(rerun_script=wire.ClientState(query_string=query, page_name=page))
