"""Passing a visitor's requests on to a replica: HTTP as a stream, WebSocket in both directions."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import WSCloseCode, WSMsgType, web
from multidict import CIMultiDict
from yarl import URL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp.client import ClientWebSocketResponse

    Replica = ClientWebSocketResponse[bool]
    Peer = web.WebSocketResponse | Replica

# RFC 9110, section 7.6.1: what concerns one connection only.
_HOP_BY_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
WHOLE = "whole"
"""The key of a request whose answer somebody on the way wants to keep."""

_LOST = int(WSCloseCode.ABNORMAL_CLOSURE)
_GOODBYE_S = 1.0
_QUICKACK = getattr(socket, "TCP_QUICKACK", None)  # Linux only


def new_client() -> aiohttp.ClientSession:
    """A client that changes nothing on the way: no cookies, nothing unpacked, no header added, no limit."""
    return aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        timeout=aiohttp.ClientTimeout(total=None),
    )


async def pass_http(request: web.Request, client: aiohttp.ClientSession, url: URL) -> web.StreamResponse:
    """Answer ``request`` as ``url`` does; raises ``aiohttp.ClientError`` if that gives no answer.

    A request that is marked as ``WHOLE`` gets a ``web.Response``, which is not sent yet.
    """
    body = request.content if request.can_read_body else None
    headers = _end_to_end(request.headers)
    async with client.request(
        request.method, url, headers=headers, data=body, allow_redirects=False
    ) as answer:
        if request.get(WHOLE):
            headers = _end_to_end(answer.headers)
            return web.Response(
                status=answer.status, reason=answer.reason, headers=headers, body=await answer.read()
            )
        response = web.StreamResponse(
            status=answer.status, reason=answer.reason, headers=_end_to_end(answer.headers)
        )
        await response.prepare(request)
        async for chunk in answer.content.iter_any():
            await response.write(chunk)
        await response.write_eof()
        return response


async def pass_session(request: web.Request, client: aiohttp.ClientSession, url: URL) -> web.StreamResponse:
    """Join the visitor and the replica until one of them closes; the other gets the same close code.

    A handshake that the replica refuses is refused with its status. When the task is cancelled, both are told
    that the service restarts.
    """
    headers = _end_to_end(request.headers)
    # Entries count by their place, empty ones too: protocol, XSRF token, session to take up again.
    offered = [word.strip() for word in headers.get("Sec-WebSocket-Protocol", "").split(",")]
    for name in [name for name in headers if name.lower().startswith("sec-websocket-")]:
        del headers[name]
    protocols = offered if any(offered) else []
    try:
        replica = await client.ws_connect(
            url, protocols=protocols, headers=headers, max_msg_size=0, autoclose=False
        )
    except aiohttp.WSServerHandshakeError as refusal:
        return web.Response(status=refusal.status)
    try:
        visitor = web.WebSocketResponse(
            protocols=[replica.protocol] if replica.protocol else [],
            timeout=_GOODBYE_S,
            max_msg_size=0,
            autoclose=False,
            compress=False,
        )
        await visitor.prepare(request)
        await _join(visitor, replica, request.transport)
    finally:
        await replica.close()
    return visitor


async def _join(visitor: web.WebSocketResponse, replica: Replica, line: asyncio.Transport | None) -> None:
    ways = [asyncio.create_task(_carry(visitor, replica)), asyncio.create_task(_carry(replica, visitor))]
    code = int(WSCloseCode.SERVICE_RESTART)
    try:
        done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        code = done.pop().result()
    finally:
        if code == _LOST and line is not None:
            # A connection that broke is passed on as one that breaks: without a goodbye.
            line.abort()
        goodbye = WSCloseCode.GOING_AWAY if code == _LOST else code
        await replica.close(code=goodbye)
        await visitor.close(code=goodbye)
        await asyncio.wait(ways)


async def _carry(source: Peer, sink: Peer) -> int:
    """Carry messages from ``source`` to ``sink`` until the former ends; its close code, or ``_LOST``."""
    while True:
        _acknowledge_at_once(source)
        message = await source.receive()
        try:
            if message.type is WSMsgType.BINARY:
                await sink.send_bytes(message.data)
            elif message.type is WSMsgType.TEXT:
                await sink.send_str(message.data)
            elif message.type is WSMsgType.CLOSE:
                return message.data or WSCloseCode.OK
            else:
                return _LOST
        except (ConnectionError, aiohttp.ClientError):
            return _LOST


def _acknowledge_at_once(peer: Peer) -> None:
    """Streamlit sends small messages one by one; a late acknowledgement would hold up the next by 40 ms."""
    line = peer.get_extra_info("socket")
    if line is not None and _QUICKACK is not None:
        with contextlib.suppress(OSError):  # it is closed already
            line.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)


def _end_to_end(headers: Mapping[str, str]) -> CIMultiDict[str]:
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in _HOP_BY_HOP)
