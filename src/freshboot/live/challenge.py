"""Asks the live app which code it runs, once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

import aiohttp

from freshboot.live.connection import DEFAULT_LIMITS, Limits
from freshboot.live.errors import HandshakeRefused, Reason, SessionError, printable
from freshboot.live.run import AppException, Fold, Metric, Run
from freshboot.live.session import Session
from freshboot.proof import QUERY_KEY, Attestation, MalformedAttestation, is_nonce, parse_attestation
from freshboot.seal import challenge, is_sealed

OPENING = f'{{"{QUERY_KEY}":'
"""How every attestation begins (Attestation.to_json), whatever its version; no page's own text does."""

_HEALTHY = b"ok"
_NOT_READY = b"unavailable"  # Streamlit's own health check, with 503, while its runtime starts
_HEALTH_SECONDS = 5.0
_HEALTH_BYTES = 64  # more than Streamlit's answer has; the rest of another's does not matter


class Endpoints(Protocol):
    """Where an app is asked; ``freshboot.hosts.address.Address`` is one.

    ``sleeps`` tells that the host puts idle apps to sleep and says so by its health check: 400 asleep, 503
    starting.
    """

    @property
    def websocket(self) -> str: ...
    @property
    def health(self) -> str: ...
    @property
    def sleeps(self) -> bool: ...


@dataclass(frozen=True)
class Attested:
    """The app answered the challenge. ``elapsed``: seconds from dialling to the answer."""

    attestation: Attestation
    elapsed: float


@dataclass(frozen=True)
class Page:
    """The app ran, but did not answer: no agent. This is what its page shows, untrusted and unescaped."""

    texts: tuple[str, ...]
    metrics: tuple[Metric, ...]
    exception: AppException | None
    streamlit_version: str


@dataclass(frozen=True)
class Silent:
    """There is no answer that can be used. ``detail`` is one line, safe for a terminal."""

    reason: Reason
    detail: str

    @property
    def remedy(self) -> str:
        """One line that says what to do."""
        return self.reason.remedy


Reply = Attested | Page | Silent


async def ask(
    address: Endpoints,
    *,
    nonce: str,
    http: aiohttp.ClientSession,
    limits: Limits = DEFAULT_LIMITS,
    page: str = "",
    key: str | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Reply:
    """Send one challenge in a session of its own.

    An attestation counts only if it is the first ``st.text`` of the run and echoes the nonce. Whatever the
    app and its server do ends in a :data:`Reply`, within the limits.

    :param nonce: from :func:`freshboot.proof.new_nonce`, never used before
    :param http: from :func:`freshboot.live.http.http_client`
    :param page: the url path of the page to ask; the default page else
    :param key: what both sides hold (``FRESHBOOT_KEY``); then only an answer that is sealed with it counts
    :raises ValueError: the nonce has not the form of one.
    """
    query = query_of(nonce, key, address.websocket)
    started = clock()
    try:
        async with Session.open(address.websocket, http=http, limits=limits) as session:
            run = await session.run(query, page, _is_answer)
            if not _is_answer(run):
                run = await session.another_run(enough=_is_answer) or run
            elapsed = clock() - started
    except HandshakeRefused as refusal:
        return explain(refusal, await _health(address.health, http), address.sleeps)
    except SessionError as error:
        return Silent(error.reason, error.message)
    return _read(run, nonce, key, elapsed)


def query_of(nonce: str, key: str | None, url: str) -> str:
    """The query string of a challenge that is sent to this address.

    :raises ValueError: the nonce has not the form of one.
    """
    if not is_nonce(nonce):
        raise ValueError("not a nonce")
    return f"{QUERY_KEY}={challenge(nonce, key, urlsplit(url).netloc, time.time())}"


def _is_answer(run: Run | Fold) -> bool:
    return run.first_text is not None and is_attestation(run.first_text)


def is_attestation(text: str) -> bool:
    """Tell whether the text means to be an attestation, of whatever version."""
    return text.startswith(OPENING)


def _read(run: Run, nonce: str, key: str | None, elapsed: float) -> Reply:
    if run.page_not_found is not None:
        return Silent(Reason.PAGE_NOT_FOUND, "the app has no such page; it ran its default page instead")
    if run.first_text is None or not _is_answer(run):
        return Page(run.texts(), run.metrics(), run.exception, run.streamlit_version)
    return read_attestation(run.first_text, nonce, elapsed, key)


def read_attestation(text: str, nonce: str, elapsed: float, key: str | None = None) -> Attested | Silent:
    """Read an untrusted text that means to be the answer to this challenge."""
    if key is not None and not is_sealed(text, key):
        return Silent(Reason.FORGED, "the answer is not sealed with the key")
    try:
        attestation = parse_attestation(text)
    except MalformedAttestation as error:
        return Silent(Reason.MALFORMED, f"the app's attestation cannot be read: {printable(str(error))}")
    if attestation.nonce != nonce:
        return Silent(Reason.WRONG_NONCE, "the app answered another challenge than the one that it was sent")
    return Attested(attestation, elapsed)


@dataclass(frozen=True)
class Health:
    """The answer of a health check: HTTP status, and how its body begins."""

    status: int
    body: bytes


async def _health(url: str, http: aiohttp.ClientSession) -> Health | None:
    """Ask the health check, which tells more than a refused handshake. None if it gives no answer."""
    timeout = aiohttp.ClientTimeout(total=_HEALTH_SECONDS)
    try:
        async with http.get(url, allow_redirects=False, timeout=timeout) as response:
            return Health(response.status, await response.content.read(_HEALTH_BYTES))
    except (aiohttp.ClientError, OSError, asyncio.TimeoutError):
        return None


def explain(refusal: HandshakeRefused, health: Health | None, sleeps: bool) -> Silent:
    """Say why a server that answers HTTP opened no WebSocket."""
    if health is None:
        return Silent(refusal.reason, refusal.message)
    if sleeps and health.status == 400:
        return Silent(Reason.ASLEEP, "the host put the app to sleep")
    if health.status == 503 and (sleeps or health.body == _NOT_READY):
        return Silent(Reason.STARTING, "the app is starting")
    if health.status in (401, 403):
        return Silent(Reason.PRIVATE, f"the server lets nobody in without a sign-in (HTTP {health.status})")
    if health.status >= 500:
        return Silent(Reason.DOWN, f"the server is there, but the app is not (HTTP {health.status})")
    if refusal.status >= 500:
        return Silent(Reason.DOWN, f"the server opens no session just now (HTTP {refusal.status})")
    if health.status == 200 and health.body == _HEALTHY:
        return Silent(
            Reason.NO_WEBSOCKET,
            f"Streamlit is there, but no WebSocket gets through to it (HTTP {refusal.status})",
        )
    return Silent(refusal.reason, refusal.message)
