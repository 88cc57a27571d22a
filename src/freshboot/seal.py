"""Challenges and answers that only holders of one key can make: ``FRESHBOOT_KEY``, on both sides, optional.

Tags prove what honest processes run, and need no secret. With a key the app answers only challenges that its
holder signed within the last minutes, and the whole answer is authenticated: nobody else can forge it, and
none that was given to another challenge, or at another address, is taken. Standard library only.
"""

from __future__ import annotations

import hashlib
import hmac
import re

from freshboot.proof import is_nonce

KEY_VARIABLE = "FRESHBOOT_KEY"
URL_VARIABLE = "FRESHBOOT_URL"
"""The app's own public address; with it the app refuses challenges that were sent to another one."""
VALID_SECONDS = 300
"""How far the two clocks may lie apart, the way included."""

_CHALLENGE = re.compile(r"([0-9a-f]{32})\.(\d{1,12})\.([0-9a-f]{16})\.([0-9a-f]{64})\Z")
_SEAL = re.compile(r',"mac":"([0-9a-f]{64})"\}\Z')


def challenge(nonce: str, key: str | None, host: str, at: float) -> str:
    """What is sent for a nonce: itself, or signed for one host (name and port) at this time of day."""
    if key is None:
        return nonce
    signed = f"{nonce}.{int(at)}.{_audience(host)}"
    return f"{signed}.{_mac(key, 'challenge', signed)}"


def nonce_of(text: str, key: str | None, host: str | None, now: float) -> str | None:
    """The nonce of a challenge that may be answered; None for one that may not, or is none.

    :param host: the app's own, where it knows it
    """
    if key is None:
        return text if is_nonce(text) else None
    match = _CHALLENGE.match(text)
    if match is None:
        return None
    nonce, at, audience, mac = match.groups()
    genuine = hmac.compare_digest(mac, _mac(key, "challenge", f"{nonce}.{at}.{audience}"))
    timely = abs(now - int(at)) <= VALID_SECONDS
    meant = host is None or hmac.compare_digest(audience, _audience(host))
    return nonce if genuine and timely and meant else None


def seal(body: str, key: str | None) -> str:
    """An answer (a JSON object) with its authentication as the last member; without a key as it is."""
    return body if key is None else f'{body[:-1]},"mac":"{_mac(key, "answer", body)}"}}'


def is_sealed(text: str, key: str) -> bool:
    """Tell whether a holder of the key made this answer. It holds its nonce, so it answers no other."""
    match = _SEAL.search(text)
    if match is None:
        return False
    body = text[: match.start()] + "}"
    return hmac.compare_digest(match[1], _mac(key, "answer", body))


def _audience(host: str) -> str:
    return hashlib.sha256(host.lower().encode()).hexdigest()[:16]


def _mac(key: str, purpose: str, message: str) -> str:
    bound = f"freshboot {purpose}\0{message}".encode("utf-8", "surrogatepass")
    return hmac.new(key.encode("utf-8", "surrogateescape"), bound, hashlib.sha256).hexdigest()
