"""Who may see names: whoever holds the key and gave it in this session, or sits at the machine itself.

In doubt nobody does. To a process behind a proxy every visitor seems to come from its own machine.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from collections.abc import Callable
from enum import Enum
from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from freshboot.app import running
from freshboot.app.state import state
from freshboot.seal import KEY_VARIABLE, URL_VARIABLE

MOST_ATTEMPTS = 5
WITHIN_SECONDS = 60.0
"""So many wrong keys in so many seconds, by all visitors together, and none is looked at for a while."""

_UNLOCKED = "_freshboot_unlocked"
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
# What a browser sends with its handshake by itself. Whatever stands between adds something else to it.
_OF_BROWSERS = frozenset(
    {
        *("host", "origin", "connection", "upgrade", "user-agent", "pragma", "cache-control", "cookie"),
        *("accept", "accept-encoding", "accept-language", "dnt", "priority"),
    }
)


class Visit(NamedTuple):
    """How a session came. ``peer`` is the other end of its connection, ``port`` the server's own.

    ``attended``: the server opened a browser when it started, so it runs where a person sits, and nobody told
    it of a public address.
    """

    peer: str
    headers: tuple[tuple[str, str], ...]
    port: int
    attended: bool


class Answer(Enum):
    """What becomes of a key that somebody gave."""

    RIGHT = "right"
    WRONG = "wrong"
    TOO_MANY = "too many"


def key() -> str | None:
    """The app's key; None if it has none."""
    return os.environ.get(KEY_VARIABLE) or None


def is_insider() -> bool:
    """Whether this session may see names."""
    return is_unlocked() or is_here()


def unlock(given: str, clock: Callable[[], float] = time.monotonic) -> Answer:
    """Unlock this session with a key. Wrong ones are counted for the whole process, not for each session."""
    held, remembered, now = key(), state(), clock()
    with remembered.lock:
        remembered.attempts[:] = [at for at in remembered.attempts if now - at < WITHIN_SECONDS]
        if len(remembered.attempts) >= MOST_ATTEMPTS:
            return Answer.TOO_MANY
        if held is None or not hmac.compare_digest(_digest(given), _digest(held)):
            remembered.attempts.append(now)
            return Answer.WRONG
    _session_state()[_UNLOCKED] = _token(held)
    return Answer.RIGHT


def lock() -> None:
    """Forget that this session was unlocked."""
    _session_state().pop(_UNLOCKED, None)


def is_unlocked() -> bool:
    """Whether the key that the app holds now was given in this session."""
    held = key()
    if held is None or running.script_context() is None:
        return False
    told = _session_state().get(_UNLOCKED)
    return isinstance(told, str) and hmac.compare_digest(told.encode(), _token(held).encode())


def is_here() -> bool:
    """Whether whoever looks sits at the machine that the app runs on; False wherever that is not sure."""
    remembered = state()
    with remembered.guard("visit"):
        found = _visit()
        return found is not None and is_local(found)
    return False


def is_local(visit: Visit) -> bool:
    """The same of a visit: a browser at a server that was started for a person, with nothing in between.

    Headers can be made up, so they only ever speak against it: what decides is the connection's other end,
    and how the server was started.
    """
    names = [name.lower() for name, _ in visit.headers]
    if any(name not in _OF_BROWSERS and not name.startswith("sec-") for name in names):
        return False
    if names.count("host") != 1 or names.count("origin") != 1:
        return False
    told = {name.lower(): value for name, value in visit.headers}
    host, origin = urlsplit(f"//{told['host']}"), urlsplit(told["origin"])
    here = host.hostname in _HERE and origin.netloc == told["host"] and _port(host) == visit.port
    return visit.attended and here and _is_loopback(visit.peer)


def _port(host: Any) -> int | None:
    try:
        return host.port or 80
    except ValueError:
        return None


def _is_loopback(peer: str) -> bool:
    try:
        return ip_address(peer).is_loopback
    except ValueError:
        return False


def _visit() -> Visit | None:
    """What Streamlit knows of this session's connection; None where it does not tell."""
    context = running.script_context()
    if context is None:
        return None
    from streamlit import config, runtime

    client: Any = runtime.get_instance().get_client(context.session_id)
    told = getattr(client, "client_context", None)
    if told is not None:
        peer, headers = told.remote_ip, told.headers
    else:  # Tornado's handler, in older versions
        peer, headers = client.request.remote_ip, client.request.headers.get_all()
    attended = not config.get_option("server.headless") and not os.environ.get(URL_VARIABLE)
    return Visit(str(peer), tuple(headers), int(config.get_option("server.port")), attended)


def _token(held: str) -> str:
    """What an unlocked session remembers: good for this session, and for this key, alone."""
    session = str(running.script_context().session_id)
    return hmac.new(_bytes(held), f"freshboot panel\0{session}".encode(), hashlib.sha256).hexdigest()


def _digest(text: str) -> bytes:
    return hashlib.sha256(_bytes(text)).digest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _session_state() -> Any:
    import streamlit

    return streamlit.session_state
