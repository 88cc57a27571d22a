"""Who counts as sitting at the machine: in doubt nobody."""

from __future__ import annotations

import pytest

from freshboot.app.insiders import Visit, is_local

# What Chromium 130 sends with a WebSocket's handshake.
BROWSER = (
    ("Host", "localhost:8501"),
    ("Connection", "Upgrade"),
    ("Pragma", "no-cache"),
    ("Cache-Control", "no-cache"),
    ("User-Agent", "Mozilla/5.0"),
    ("Upgrade", "websocket"),
    ("Origin", "http://localhost:8501"),
    ("Sec-WebSocket-Version", "13"),
    ("Accept-Encoding", "gzip, deflate, br, zstd"),
    ("Accept-Language", "en"),
    ("Cookie", "_streamlit_xsrf=1"),
    ("Sec-WebSocket-Key", "x"),
    ("Sec-WebSocket-Extensions", "permessage-deflate"),
    ("Sec-WebSocket-Protocol", "streamlit"),
)
HERE = Visit("127.0.0.1", BROWSER, 8501, attended=True)


def but(**changed: str) -> Visit:
    names = {name.lower().replace("-", "_"): value for name, value in changed.items()}
    kept = [
        (name, names.get(name.lower().replace("-", "_"), value))
        for name, value in BROWSER
        if names.get(name.lower().replace("-", "_"), value)
    ]
    return HERE._replace(headers=tuple(kept))


def test_a_browser_at_the_machine_is_local() -> None:
    assert is_local(HERE)
    assert is_local(HERE._replace(peer="::1"))
    assert is_local(but(Host="[::1]:8501", Origin="http://[::1]:8501"))


@pytest.mark.parametrize(
    "name",
    ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via", "X-Real-IP", "CF-Ray", "X-Request-Id", "TE"],
)
def test_whatever_no_browser_sends_tells_of_something_in_between(name: str) -> None:
    assert not is_local(HERE._replace(headers=(*BROWSER, (name, "127.0.0.1"))))


@pytest.mark.parametrize("peer", ["203.0.113.9", "10.0.0.1", "172.17.0.1", "0.0.0.0", "", "None", "unix:"])
def test_another_end_of_the_connection_is_not_local(peer: str) -> None:
    assert not is_local(HERE._replace(peer=peer))


def test_a_server_that_nobody_sits_at_has_no_local_visitor() -> None:
    assert not is_local(HERE._replace(attended=False))


@pytest.mark.parametrize(
    "visit",
    [
        but(Host="app.example.org", Origin="https://app.example.org"),
        but(Host="localhost.example.org:8501", Origin="http://localhost.example.org:8501"),
        but(Origin="https://app.example.org"),
        but(Origin=""),
        but(Host=""),
        but(Host="localhost:9999", Origin="http://localhost:9999"),
        but(Host="localhost", Origin="http://localhost"),
        but(Host="localhost:x", Origin="http://localhost:x"),
        HERE._replace(headers=(*BROWSER, ("Host", "localhost:8501"))),
        HERE._replace(headers=()),
    ],
)
def test_other_names_than_the_machine_s_own_are_not_local(visit: Visit) -> None:
    assert not is_local(visit)
