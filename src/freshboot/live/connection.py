"""One WebSocket to a Streamlit server that may be hostile: messages in and out, within limits."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import re
import socket
import ssl
from dataclasses import dataclass

import aiohttp
from google.protobuf.message import DecodeError

from freshboot.live import wire_pb2 as wire
from freshboot.live.errors import HandshakeRefused, Reason, SessionError
from freshboot.live.http import Redirected

SUBPROTOCOL = "streamlit"  # the one that browsers ask Streamlit for

# Pings keep proxies from dropping a session that only waits (nginx: after 60 s), and tell a dead line from a
# quiet one.
HEARTBEAT_SECONDS = 20.0

# What is known by then does not depend on the server's goodbye, and a busy server takes its time over it.
CLOSE_SECONDS = 0.02
_PONG_SECONDS = 0.5

_WORDLESS = (None, 1000, 1006)  # close codes that say no more than that it is closed
_FOREIGN = "a WebSocket server answers there, but not in Streamlit's protocol"
_SIGN_IN = re.compile(
    r"(?<![a-z])(o?auth2?|authori[sz]e|log-?in|sign[-_]?in|sso|saml2?)(?![a-z])", re.IGNORECASE
)
_QUICKACK = getattr(socket, "TCP_QUICKACK", None)  # Linux only


@dataclass(frozen=True)
class Limits:
    """How much of a live app's answer is waited for and kept.

    The sizes are far above real pages: an attestation of 10,000 files is 200 KB, and Streamlit's own pages
    rarely reach 10 MB. They are low enough for any machine to hold.
    """

    connect: float = 10.0  # seconds until the WebSocket is open; a healthy server takes its round trips
    run: float = 30.0  # seconds from asking for a run to its end; slow apps are given more by the caller
    message_bytes: int = 16 * 1024 * 1024
    run_bytes: int = 64 * 1024 * 1024
    run_messages: int = 20_000  # frames of any kind; a page of so many elements would not load in a browser


DEFAULT_LIMITS = Limits()


class _Budget:
    """What is left of the limits."""

    def __init__(self, limits: Limits, deadline: float) -> None:
        self._limits = limits
        self._deadline = deadline
        self._bytes = 0
        self._messages = 0

    def charge(self, size: int, now: float) -> None:
        self._bytes += size
        self._messages += 1
        if now > self._deadline:
            raise timed_out(self._limits.run)
        if self._bytes > self._limits.run_bytes:
            raise _too_large(f"the app's answer is larger than {self._limits.run_bytes} bytes")
        if self._messages > self._limits.run_messages:
            raise _too_large(f"the app's answer has more than {self._limits.run_messages} messages")


def _too_large(message: str) -> SessionError:
    return SessionError(Reason.TOO_LARGE, message)


def timed_out(seconds: float) -> SessionError:
    """The error of a run that takes too long."""
    return SessionError(Reason.TIMEOUT, f"the app's script did not finish within {seconds:g} s")


class Connection:
    """An open WebSocket. Every frame counts against the limits: no server can hold or fill the caller."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse[bool], limits: Limits) -> None:
        self._websocket = websocket
        self._limits = limits
        self._clock = asyncio.get_running_loop().time
        self._socket = websocket.get_extra_info("socket")
        self.renew_budget()

    @classmethod
    async def open(cls, url: str, http: aiohttp.ClientSession, limits: Limits) -> Connection:
        """Open a WebSocket as a browser does, but uncompressed and without an Origin (foreign ones are 403).

        :raises SessionError: nothing can be reached there, or it opens no WebSocket.
        """
        try:
            # Pings are answered here and not by the library, which would answer a flood of them for ever.
            opening = http.ws_connect(
                url,
                protocols=(SUBPROTOCOL,),
                autoping=False,
                heartbeat=HEARTBEAT_SECONDS,
                max_msg_size=limits.message_bytes,
                compress=0,
            )
            websocket = await asyncio.wait_for(opening, limits.connect)
        except asyncio.TimeoutError:
            raise SessionError(
                Reason.TIMEOUT, f"no session could be opened within {limits.connect:g} s"
            ) from None
        except (aiohttp.ClientError, OSError) as error:
            raise connect_error(error) from error
        return cls(websocket, limits)

    async def close(self) -> None:
        """Say goodbye, and do not wait long for an answer."""
        with contextlib.suppress(asyncio.TimeoutError, aiohttp.ClientError, OSError):
            await asyncio.wait_for(self._websocket.close(), CLOSE_SECONDS)

    def renew_budget(self, seconds: float = math.inf) -> None:
        """Count anew: what comes from now on belongs to another run, which may take so many seconds."""
        self._budget = _Budget(self._limits, self._clock() + seconds)

    def charge(self, size: int) -> None:
        """Count what a message stands for though it was not sent again.

        :raises SessionError: a limit is passed.
        """
        self._budget.charge(size, self._clock())

    async def send(self, message: wire.BackMsg) -> None:
        """Send one message.

        :raises SessionError: the connection is gone.
        """
        try:
            await self._websocket.send_bytes(message.SerializeToString())
        except (aiohttp.ClientError, OSError) as error:
            raise _lost() from error

    async def receive(self) -> tuple[wire.ForwardMsg, int]:
        """Wait for the next message; with it comes its size in bytes.

        :raises SessionError: the connection is gone, a limit is passed, or it is no message of Streamlit's.
        """
        while True:
            data = await self._receive_frame()
            if data is not None:
                return _decode(data), len(data)

    async def _receive_frame(self) -> bytes | None:
        self._acknowledge_at_once()
        frame = await self._websocket.receive()
        if frame.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED):
            raise _lost(self._websocket.close_code)
        if frame.type is aiohttp.WSMsgType.ERROR:
            raise _broken(frame.data, self._limits)
        self._budget.charge(len(frame.data), self._clock())
        if frame.type is aiohttp.WSMsgType.PING:
            await self._pong(frame.data)
        elif frame.type is aiohttp.WSMsgType.TEXT:
            raise SessionError(Reason.NOT_STREAMLIT, _FOREIGN)
        return frame.data if frame.type is aiohttp.WSMsgType.BINARY else None

    async def _pong(self, data: bytes) -> None:
        try:
            await asyncio.wait_for(self._websocket.pong(data), _PONG_SECONDS)
        except (asyncio.TimeoutError, aiohttp.ClientError, OSError) as error:
            raise _lost() from error

    def _acknowledge_at_once(self) -> None:
        """Streamlit sends small messages one by one; a delayed acknowledgement holds up the next by 40 ms."""
        if _QUICKACK is not None and self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)


def _decode(data: bytes) -> wire.ForwardMsg:
    try:
        return wire.ForwardMsg.FromString(data)
    except (DecodeError, ValueError, RecursionError) as error:
        raise SessionError(Reason.NOT_STREAMLIT, _FOREIGN) from error


def _lost(code: int | None = None) -> SessionError:
    told = "" if code in _WORDLESS else f" (close code {code})"
    return SessionError(Reason.DOWN, f"the server ended the session{told}")


def _broken(error: object, limits: Limits) -> SessionError:
    if not isinstance(error, aiohttp.WebSocketError):
        return _lost()  # no answer to our pings
    if error.code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG:
        return _too_large(f"the app sent a message larger than {limits.message_bytes} bytes")
    return SessionError(Reason.NOT_STREAMLIT, "the server's WebSocket frames are broken")


def connect_error(error: aiohttp.ClientError | OSError) -> SessionError:
    """Say in one line why a server could not be asked."""
    if isinstance(error, Redirected):
        return _redirected(error)
    if isinstance(error, aiohttp.WSServerHandshakeError):
        return _refused(error.status)
    if isinstance(error, (aiohttp.ClientSSLError, ssl.SSLError)):
        return SessionError(Reason.TLS, f"the secure connection failed: {_tls_words(error)}")
    if isinstance(error, aiohttp.ClientConnectorError):
        return SessionError(
            Reason.DOWN, f"no connection to {error.host}:{error.port}: {_os_words(error.os_error)}"
        )
    if isinstance(error, (aiohttp.ClientConnectionError, OSError)):
        return SessionError(Reason.DOWN, "the server dropped the connection before it answered")
    return SessionError(Reason.NOT_STREAMLIT, "what answers there is no HTTP server")


def _redirected(error: Redirected) -> SessionError:
    reason = Reason.PRIVATE if _SIGN_IN.search(error.target) else Reason.NOT_STREAMLIT
    return HandshakeRefused(reason, f"the server redirects to {error.target.partition('?')[0]}", error.status)


def _refused(status: int) -> SessionError:
    if status == 401:
        return HandshakeRefused(Reason.PRIVATE, "the server asks for a sign-in (HTTP 401)", status)
    if status >= 500:
        return HandshakeRefused(
            Reason.DOWN, f"the server is there, but the app is not (HTTP {status})", status
        )
    return HandshakeRefused(
        Reason.NOT_STREAMLIT, f"the server answers, but not as Streamlit does (HTTP {status})", status
    )


def _tls_words(error: Exception) -> str:
    cause = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return cause.verify_message
    return getattr(cause, "reason", None) or "what answers there does not speak TLS"


def _os_words(error: OSError) -> str:
    # Resolvers count their errors below zero; the words of failed connections repeat the address.
    code = error.errno or 0
    return (os.strerror(code) if code > 0 else error.strerror or str(error)).lower()
