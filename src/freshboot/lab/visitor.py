"""Somebody who keeps the app open in a browser's tab."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp

from freshboot.lab.replica import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from freshboot.lab.replica import Replica
    from freshboot.lab.sessions import Sessions

# Streamlit's messages, as few as are needed: BackMsg.rerun_script (field 11) with nothing in it, and the
# field of ForwardMsg that says that a run has ended. Their numbers are the same in all versions.
_RERUN = bytes((11 << 3 | 2, 0))
_SCRIPT_FINISHED = 6
_VARINT, _FIXED64, _TEXT = 0, 1, 2

_POLL_S = 0.05


class Visitor:
    """Comes to the replica through the door ``sessions``, runs the script, stays, comes back if dropped."""

    def __init__(self, replica: Replica, sessions: Sessions) -> None:
        self._replica = replica
        self._sessions = sessions
        self.served = asyncio.Event()
        """Set while the visitor is connected and has seen the page whole."""

    async def stay(self) -> None:
        """Be there until cancelled."""
        while True:
            if self._sessions.admitted and self._replica.ready:
                # A session is a task of its own: the door ends it when all are sent away.
                session = asyncio.create_task(self._visit())
                try:
                    await asyncio.wait([session])
                finally:
                    self.served.clear()
                    session.cancel()
                    await asyncio.gather(session, return_exceptions=True)
            await asyncio.sleep(_POLL_S)

    async def _visit(self) -> None:
        url = f"http://{LOOPBACK}:{self._replica.port}/_stcore/stream"
        with self._sessions.inside():
            async with (
                aiohttp.ClientSession() as client,
                client.ws_connect(url, protocols=["streamlit"], max_msg_size=0) as socket,
            ):
                await socket.send_bytes(_RERUN)
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.BINARY and _SCRIPT_FINISHED in fields(message.data):
                        self.served.set()


def fields(message: bytes) -> Iterator[int]:
    """The numbers of a protobuf message's own fields, in their order."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        yield tag >> 3
        kind = tag & 7
        if kind == _VARINT:
            _, at = _varint(message, at)
        elif kind == _TEXT:
            length, at = _varint(message, at)
            at += length
        else:
            at += 8 if kind == _FIXED64 else 4


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """The number that stands at ``at``, and where the next thing stands."""
    number = shift = 0
    while True:
        byte = message[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at
