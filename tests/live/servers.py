"""Servers that are no Streamlit: one that says what it is told to, and ones that mean harm."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from freshboot.live import wire_pb2 as wire

_WEBSOCKET_KEY_SALT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Endpoints:
    """Where a server of this module is asked."""

    port: int
    sleeps: bool = False
    secure: bool = False

    @property
    def websocket(self) -> str:
        return f"ws{'s' * self.secure}://127.0.0.1:{self.port}/_stcore/stream"

    @property
    def health(self) -> str:
        return f"http{'s' * self.secure}://127.0.0.1:{self.port}/_stcore/health"


def new_session(version: str = "1.0.0") -> wire.ForwardMsg:
    initialize = wire.Initialize(
        environment_info=wire.EnvironmentInfo(streamlit_version=version), session_id="session"
    )
    return wire.ForwardMsg(new_session=wire.NewSession(initialize=initialize))


def element(*path: int, **kind: object) -> wire.ForwardMsg:
    """One element at a place, such as ``element(0, 1, text=wire.Body(body="hello"))``."""
    return wire.ForwardMsg(
        metadata=wire.ForwardMsgMetadata(delta_path=path),
        delta=wire.Delta(new_element=wire.Element(**kind)),  # type: ignore[arg-type]
    )


def block(*path: int, **kind: object) -> wire.ForwardMsg:
    return wire.ForwardMsg(
        metadata=wire.ForwardMsgMetadata(delta_path=path),
        delta=wire.Delta(add_block=wire.Block(**kind)),  # type: ignore[arg-type]
    )


def text(body: str, *path: int) -> wire.ForwardMsg:
    return element(*(path or (0, 0)), text=wire.Body(body=body))


def finished(
    status: wire.ForwardMsg.ScriptFinishedStatus = wire.ForwardMsg.FINISHED_SUCCESSFULLY,
) -> wire.ForwardMsg:
    return wire.ForwardMsg(script_finished=status)


@contextlib.asynccontextmanager
async def app_saying(*messages: wire.ForwardMsg | bytes | str) -> AsyncIterator[Endpoints]:
    """A server that answers every request for a run with these messages, and a health check with ok."""

    async def stream(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=["streamlit"])
        await socket.prepare(request)
        async for received in socket:
            if received.type is WSMsgType.BINARY and wire.BackMsg.FromString(received.data).HasField(
                "rerun_script"
            ):
                for message in messages:
                    await _say(socket, message)
        return socket

    async def health(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    application = web.Application()
    application.add_routes([web.get("/_stcore/stream", stream), web.get("/_stcore/health", health)])
    async with TestServer(application) as server:
        yield Endpoints(server.port or 0)


async def _say(socket: web.WebSocketResponse, message: wire.ForwardMsg | bytes | str) -> None:
    if isinstance(message, str):
        await socket.send_str(message)
    else:
        await socket.send_bytes(message if isinstance(message, bytes) else message.SerializeToString())


@contextlib.asynccontextmanager
async def http_server(
    answer: Callable[[web.Request], web.StreamResponse], context: ssl.SSLContext | None = None
) -> AsyncIterator[Endpoints]:
    """A server that answers whatever is asked, and opens no WebSocket."""

    async def handle(request: web.Request) -> web.StreamResponse:
        return answer(request)

    application = web.Application()
    application.add_routes([web.route("*", "/{path:.*}", handle)])
    server = TestServer(application)
    await server.start_server(ssl=context)
    try:
        yield Endpoints(server.port or 0, secure=context is not None)
    finally:
        await server.close()


@contextlib.asynccontextmanager
async def raw_server(behaviour: Behaviour) -> AsyncIterator[Endpoints]:
    """A server that reads the request, and then does what it likes with the connection."""
    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await behaviour(reader, writer)
        finally:
            running.discard(task)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield Endpoints(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def shake_hands(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Open the WebSocket, as the protocol wants it."""
    request = await reader.readuntil(b"\r\n\r\n")
    (key,) = [
        line.partition(b":")[2].strip()
        for line in request.splitlines()
        if line.lower().startswith(b"sec-websocket-key:")
    ]
    accept = base64.b64encode(hashlib.sha1(key + _WEBSOCKET_KEY_SALT).digest())
    writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Protocol: streamlit\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )
    await writer.drain()


def frame(data: bytes, opcode: int = 0x2, final: bool = True) -> bytes:
    """One WebSocket frame of a server; 0 continuation, 1 text, 2 binary, 8 close, 9 ping."""
    head = bytes([opcode | (0x80 if final else 0)])
    if len(data) < 126:
        return head + bytes([len(data)]) + data
    if len(data) < 1 << 16:
        return head + b"\x7e" + len(data).to_bytes(2, "big") + data
    return head + b"\x7f" + len(data).to_bytes(8, "big") + data
