"""Asks the live app by HTTP which code it runs: where it has ``freshboot.route()``, no session is needed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import aiohttp

from freshboot.live.challenge import Attested, Reply, Silent, is_attestation, query_of, read_attestation
from freshboot.live.connection import DEFAULT_LIMITS, Limits, connect_error
from freshboot.live.errors import Reason, printable
from freshboot.live.http import Redirected, media_type

_JSON = "application/json"
_PLAIN = ("", "identity")


class RouteEndpoints(Protocol):
    """Where an app is asked by HTTP; ``freshboot.hosts.address.Address`` is one.

    ``sleeps`` tells that the host answers 400 for an app that sleeps, and 503 for one that starts.
    """

    @property
    def route(self) -> str: ...
    @property
    def sleeps(self) -> bool: ...


@dataclass(frozen=True)
class RouteAnswer:
    """What came by HTTP. ``media_type`` is without parameters; ``body`` is empty where it is of no use."""

    status: int
    media_type: str
    encoding: str = ""
    body: bytes = b""


class _TooLarge(Exception):
    pass


async def ask_route(
    address: RouteEndpoints,
    *,
    nonce: str,
    http: aiohttp.ClientSession,
    limits: Limits = DEFAULT_LIMITS,
    key: str | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Reply:
    """Send one challenge by HTTP. It never ends in a ``Page``: without the route nothing is said of the app.

    An unknown path answers 200 with the app's HTML, so only JSON that is an attestation and echoes the nonce
    counts. Whatever the server does ends in a reply, within the limits; no redirect is followed.

    :param nonce: from :func:`freshboot.proof.new_nonce`, never used before
    :param http: from :func:`freshboot.live.http.http_client`
    :param key: as for :func:`freshboot.live.challenge.ask`
    :raises ValueError: the nonce has not the form of one.
    """
    query = query_of(nonce, key, address.route)
    started = clock()
    seconds = limits.connect + limits.run
    try:
        answer = await asyncio.wait_for(_get(f"{address.route}?{query}", http, limits), seconds)
    except asyncio.TimeoutError:
        return Silent(Reason.TIMEOUT, "the app's route did not answer in time")
    except _TooLarge:
        return Silent(Reason.TOO_LARGE, f"the answer is larger than {limits.message_bytes} bytes")
    except aiohttp.ClientPayloadError:
        return Silent(Reason.DOWN, "the server broke off in the middle of its answer")
    except (aiohttp.ClientError, OSError) as error:
        told = connect_error(error)
        return Silent(told.reason, told.message)
    return read_answer(answer, nonce, sleeps=address.sleeps, elapsed=clock() - started, key=key)


async def _get(url: str, http: aiohttp.ClientSession, limits: Limits) -> RouteAnswer:
    timeout = aiohttp.ClientTimeout(total=None, connect=limits.connect)
    async with http.get(
        url, headers={"Accept": _JSON}, timeout=timeout, allow_redirects=False, auto_decompress=False
    ) as response:
        if "Location" in response.headers and 300 <= response.status < 400:
            raise Redirected(response.status, response.headers["Location"])
        encoding = response.headers.get("Content-Encoding", "").lower()
        head = RouteAnswer(response.status, media_type(response.headers.get("Content-Type", "")), encoding)
        if not _may_be_attestation(head):
            return head
        body = bytearray()
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > limits.message_bytes:
                raise _TooLarge
        return RouteAnswer(head.status, head.media_type, head.encoding, bytes(body))


def _may_be_attestation(head: RouteAnswer) -> bool:
    return head.status == 200 and head.media_type == _JSON and head.encoding in _PLAIN


def read_answer(
    answer: RouteAnswer, nonce: str, *, sleeps: bool, elapsed: float, key: str | None = None
) -> Attested | Silent:
    """Say what an answer to this challenge means."""
    if answer.status != 200:
        return _refused(answer.status, sleeps)
    if answer.media_type != _JSON:
        told = printable(answer.media_type, 60)
        return Silent(Reason.NO_ROUTE, f"the app has no such route: it answers with a page ({told})")
    if answer.encoding not in _PLAIN:
        return Silent(Reason.MALFORMED, "the answer is packed, though it was asked for as it is")
    text = answer.body.decode("utf-8", "replace")
    if not is_attestation(text):
        return Silent(Reason.NO_ROUTE, "what answers there is JSON, but no attestation")
    return read_attestation(text, nonce, elapsed, key)


def _refused(status: int, sleeps: bool) -> Silent:
    if sleeps and status == 400:
        return Silent(Reason.ASLEEP, "the host put the app to sleep")
    if sleeps and status == 503:
        return Silent(Reason.STARTING, "the app is starting")
    if status in (401, 403):
        return Silent(Reason.PRIVATE, f"the server lets nobody in without a sign-in (HTTP {status})")
    if status >= 500:
        return Silent(Reason.DOWN, f"the app's route gives no answer just now (HTTP {status})")
    return Silent(Reason.NO_ROUTE, f"the app has no such route (HTTP {status})")
