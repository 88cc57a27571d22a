"""Small HTTP answers from servers that may be hostile: bounded in time and size, never followed elsewhere."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from freshboot.errors import FreshbootError

SECONDS = 10.0  # for one answer; a healthy host gives it within one
BODY_BYTES = 64 * 1024  # the largest known answer, a status, is below 1 KB


class Unreachable(FreshbootError):
    """There was no HTTP answer."""

    exit_code = 3

    def __init__(self, message: str) -> None:
        super().__init__(message, "see that the app runs, and that the address and the port are right")


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: header names in lower case, of the body at most the first :data:`BODY_BYTES` bytes."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        """Tell whether it is the answer of a healthy Streamlit. Its content type differs between versions."""
        return self.status == 200 and self.body == b"ok"

    def json(self) -> dict[str, Any] | None:
        """The JSON object that was answered; None if it is none. Unknown paths answer 200 with HTML."""
        value = self.value() if self.status == 200 else None
        return value if isinstance(value, dict) else None

    def value(self) -> Any:
        """The JSON value of whatever status was answered; None if it is none."""
        if not self.headers.get("content-type", "").startswith("application/json"):
            return None
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


async def fetch(
    http: aiohttp.ClientSession,
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """Send one request, without a body if there is none.

    :raises Unreachable: no answer came, or none that is HTTP.
    """
    try:
        return await asyncio.wait_for(_fetch(http, url, method, headers or {}, body), SECONDS)
    except asyncio.TimeoutError:
        raise Unreachable(f"no answer within {SECONDS:g} s") from None
    except aiohttp.ClientConnectorError as error:
        raise Unreachable(f"no connection to {error.host}:{error.port}: {_words(error)}") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise Unreachable(
            "the server dropped the connection or answered something that is not HTTP"
        ) from error


async def _fetch(
    http: aiohttp.ClientSession, url: str, method: str, headers: Mapping[str, str], body: bytes | None
) -> Answer:
    async with http.request(
        method, url, headers=headers, data=body, allow_redirects=False, auto_decompress=False
    ) as response:
        return Answer(
            status=response.status,
            body=await _head(response.content),
            headers={name.lower(): value for name, value in response.headers.items()},
            cookies={name: morsel.value for name, morsel in response.cookies.items()},
        )


async def _head(content: aiohttp.StreamReader) -> bytes:
    body = bytearray()
    while len(body) < BODY_BYTES and (chunk := await content.read(BODY_BYTES - len(body))):
        body += chunk
    return bytes(body)


def _words(error: aiohttp.ClientConnectorError) -> str:
    certificate = getattr(error, "certificate_error", None)
    if certificate is not None:
        return str(getattr(certificate, "verify_message", "its certificate is not valid"))
    cause = error.os_error
    # Resolvers count their errors below zero; the words of failed connections repeat the address.
    code = cause.errno or 0
    return (os.strerror(code) if code > 0 else cause.strerror or str(cause)).lower()
