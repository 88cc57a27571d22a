"""A session that is kept open and run again and again, as a visitor's browser tab is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from freshboot.hosts.address import Address
from freshboot.hosts.detect import detect
from freshboot.hosts.host import State
from freshboot.live import wire_pb2 as wire
from freshboot.live.cached import Cached
from freshboot.live.connection import Connection, Limits, timed_out
from freshboot.live.errors import HandshakeRefused, Reason, SessionError
from freshboot.live.http import http_client
from freshboot.live.run import Fold
from freshboot.live.testing.portal import Portal
from freshboot.live.testing.upload import File, put

_REASONS: Mapping[State, Reason] = {
    State.ASLEEP: Reason.ASLEEP,
    State.STARTING: Reason.STARTING,
    State.PRIVATE: Reason.PRIVATE,
}


@dataclass
class _Open:
    """What a conversation holds once it has begun."""

    address: Address
    http: aiohttp.ClientSession
    connection: Connection
    inbox: asyncio.Queue[wire.ForwardMsg | SessionError]
    cached: Cached
    reader: asyncio.Task[None]


class Conversation:
    """A session at an address, opened by the first run. Its methods block; one thread uses it at a time."""

    def __init__(self, address: Address, limits: Limits) -> None:
        self._address = address
        self._limits = limits
        self._portal = Portal()
        self._open: _Open | None = None

    def run(self, request: bytes, seconds: float) -> tuple[wire.ForwardMsg, ...]:
        """Send a ``BackMsg`` that asks for a run; everything that the server sends for it, in order.

        A run that the server begins by itself (Community Cloud does when the code changes) does not count.

        :param seconds: how long the run may take; opening the session has a time of its own
        :raises SessionError: the app cannot be asked, or a limit is passed.
        """
        return self._portal.call(self._run(wire.BackMsg.FromString(request), seconds))

    def upload(self, session_id: str, file: File) -> None:
        """Hand a file over, for a widget of that session to name.

        :raises SessionError: the server does not take it.
        """
        self._portal.call(self._upload(session_id, file))

    def close(self) -> None:
        """End the session. Closing twice does no harm."""
        if self._open is not None:
            opened, self._open = self._open, None
            self._portal.call(_hang_up(opened))
        self._portal.close()

    async def _run(self, request: wire.BackMsg, seconds: float) -> tuple[wire.ForwardMsg, ...]:
        opened = await self._opened()
        try:
            return await asyncio.wait_for(_converse(opened, request), seconds)
        except asyncio.TimeoutError:
            raise timed_out(seconds) from None

    async def _upload(self, session_id: str, file: File) -> None:
        opened = await self._opened()
        await put(opened.http, opened.address, session_id, file, self._limits.run)

    async def _opened(self) -> _Open:
        if self._open is None:
            self._open = await _dial(self._address, self._limits)
        return self._open


async def _dial(address: Address, limits: Limits) -> _Open:
    http = http_client()
    try:
        host = await detect(http, address)
        try:
            connection = await Connection.open(host.address.websocket, http, limits)
        except HandshakeRefused as refusal:
            condition = await host.condition()  # it often knows better why there is no session
            reason = _REASONS.get(condition.state)
            raise SessionError(reason, condition.detail or reason.value) if reason else refusal from refusal
        # A run that nobody asked for has no widgets, and would show another page than the one tested.
        await connection.send(wire.BackMsg(set_run_on_save=False))
    except BaseException:
        await http.close()
        raise
    inbox: asyncio.Queue[wire.ForwardMsg | SessionError] = asyncio.Queue()
    cached = Cached()
    reader = asyncio.ensure_future(_read(connection, cached, inbox))
    return _Open(host.address, http, connection, inbox, cached, reader)


async def _hang_up(opened: _Open) -> None:
    opened.reader.cancel()
    await asyncio.gather(opened.reader, return_exceptions=True)
    await opened.connection.close()
    await opened.http.close()


async def _read(
    connection: Connection, cached: Cached, inbox: asyncio.Queue[wire.ForwardMsg | SessionError]
) -> None:
    """Read on between the runs as well: a session that answers no pings is dropped."""
    try:
        while True:
            message, again = cached.whole(*await connection.receive())
            if again:
                connection.charge(again)
            inbox.put_nowait(message)
    except SessionError as error:
        inbox.put_nowait(error)


async def _converse(opened: _Open, request: wire.BackMsg) -> tuple[wire.ForwardMsg, ...]:
    _drain(opened.inbox)
    opened.cached.begin_run()
    opened.connection.renew_budget()
    await opened.connection.send(request)
    fold, messages = Fold(), list[wire.ForwardMsg]()
    while not fold.complete:
        message = _message(opened.inbox, await opened.inbox.get())
        fold.add(message)
        if fold.status is not None:  # else left over from a run before
            messages.append(message)
    return tuple(messages)


def _drain(inbox: asyncio.Queue[wire.ForwardMsg | SessionError]) -> None:
    while not inbox.empty():
        _message(inbox, inbox.get_nowait())


def _message(
    inbox: asyncio.Queue[wire.ForwardMsg | SessionError], received: wire.ForwardMsg | SessionError
) -> wire.ForwardMsg:
    if isinstance(received, SessionError):
        inbox.put_nowait(received)  # it is over for every later run, too
        raise received
    return received
