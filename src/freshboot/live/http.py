"""The HTTP client that everything which asks a live app shares."""

from __future__ import annotations

import contextlib
import logging
import socket

import aiohttp
from aiohttp.abc import ResolveResult

_log = logging.getLogger("freshboot.http")


class Redirected(aiohttp.ClientError):
    """The server wants the client to ask somewhere else."""

    def __init__(self, status: int, target: str) -> None:
        super().__init__(f"redirected to {target}")
        self.status = status
        self.target = target


def http_client() -> aiohttp.ClientSession:
    """An HTTP client for untrusted servers.

    It keeps no cookie (a session is then always a fresh one), follows no redirect by itself (what answers is
    what was asked), unpacks nothing (a small answer cannot grow), and takes no credentials or proxies from
    the environment. Close it, or use it as an asynchronous context manager.
    """
    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(_refuse_redirect)
    trace.on_request_end.append(_log_status)
    trace.on_request_exception.append(_log_failure)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=_Resolver()),
        cookie_jar=aiohttp.DummyCookieJar(),
        trace_configs=[trace],
        auto_decompress=False,
        headers={"Accept-Encoding": "identity"},
    )


def media_type(content_type: str) -> str:
    """What the header says that an answer is, without parameters, in small letters.

    Not by the library, whose parser of header values fails on those that were made to.
    """
    return content_type.partition(";")[0].strip().lower()


class _Resolver(aiohttp.ThreadedResolver):
    """``localhost`` is both loopback addresses, as in browsers, whatever the machine's hosts file says."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        if host != "localhost":
            return await super().resolve(host, port, family)
        found: list[ResolveResult] = []
        for address in ("127.0.0.1", "::1"):
            with contextlib.suppress(OSError):  # a machine without IPv6, or without IPv4
                found += await super().resolve(address, port, family)
        return found


async def _refuse_redirect(
    _session: object, _context: object, params: aiohttp.TraceRequestRedirectParams
) -> None:
    response = params.response
    response.close()
    raise Redirected(response.status, response.headers.get("Location", ""))


async def _log_status(_session: object, _context: object, params: aiohttp.TraceRequestEndParams) -> None:
    """Without the query, in which a challenge stands."""
    _log.debug("%s %s: %d", params.method, params.url.with_query(None), params.response.status)


async def _log_failure(
    _session: object, _context: object, params: aiohttp.TraceRequestExceptionParams
) -> None:
    _log.debug("%s %s: %s", params.method, params.url.with_query(None), type(params.exception).__name__)
