from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from freshboot.hosts.address import Address, AddressError


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://app.example", "https://app.example"),
        ("https://app.example/", "https://app.example"),
        ("  https://app.example\n", "https://app.example"),
        ("HTTPS://App.Example", "https://app.example"),
        ("https://app.example:443", "https://app.example"),
        ("http://app.example:80/", "http://app.example"),
        ("http://app.example:443", "http://app.example:443"),
        ("http://localhost:8501", "http://localhost:8501"),
        ("http://127.0.0.1:8501/", "http://127.0.0.1:8501"),
        ("http://[::1]:8501/", "http://[::1]:8501"),
        ("http://[2001:DB8:0:0::1]", "http://[2001:db8::1]"),
        ("https://app.example/base/", "https://app.example/base"),
        ("https://app.example//a///b", "https://app.example/a/b"),
        ("https://app.example/?embed=true#top", "https://app.example"),
        ("https://app.example/a b".replace(" ", "%20"), "https://app.example/a%20b"),
        ("https://app.example/größe", "https://app.example/gr%C3%B6%C3%9Fe"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://my_app:8501", "http://my_app:8501"),
    ],
)
def test_normalises(text: str, url: str) -> None:
    assert Address.parse(text).url == url


def test_knows_where_streamlit_listens() -> None:
    address = Address.parse("https://app.example:8443/base")
    assert address.websocket == "wss://app.example:8443/base/_stcore/stream"
    assert address.health == "https://app.example:8443/base/_stcore/health"
    assert address.route == "https://app.example:8443/base/deployment"
    assert address.origin == "https://app.example:8443"


def test_speaks_plainly_where_the_address_does() -> None:
    assert Address.parse("http://[::1]:8501").websocket == "ws://[::1]:8501/_stcore/stream"


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("", "no scheme", "https://"),
        ("app.example", "no scheme", "write https://"),
        ("localhost:8501", "no scheme", "write https:// (or http://)"),
        ("//app.example", "no scheme", "write https://"),
        ("ws://app.example", "ws:// is not what a browser shows", "write http:// instead"),
        ("wss://app.example", "wss:// is not what a browser shows", "write https:// instead"),
        ("ftp://app.example", "not reached by ftp://", "https://your-app"),
        ("file:///etc/passwd", "not reached by file://", "https://your-app"),
        ("https://", "names no host", "https://your-app"),
        ("https:///path", "names no host", "https://your-app"),
        ("https://:8501", "names no host", "https://your-app"),
        ("https://app.example:0", "port 0", "the port that the app listens on"),
        ("https://app.example:99999", "wrong port", "https://your-app"),
        ("https://app.example:http", "wrong port", "https://your-app"),
        ("https://[::1", "wrong brackets", "https://your-app"),
        ("https://[::zz]", "", ""),  # the standard library refuses it itself, or leaves it to us
        ("https://app example", "spaces", "https://your-app"),
        ("https://app.example\r\nHost: x", "control characters", "https://your-app"),
        ("https://app\\example", "no host's name", "https://your-app"),
        ("https://-app.example", "no host's name", "https://your-app"),
        ("https://" + "a" * 70 + ".example", "no host's name", "https://your-app"),
        ("https://app.example/" + "a" * 3000, "too long", "https://your-app"),
    ],
)
def test_refuses_with_a_remedy(text: str, message: str, remedy: str) -> None:
    with pytest.raises(AddressError) as caught:
        Address.parse(text)
    assert message in caught.value.message
    assert remedy in caught.value.remedy
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        "https://ada:hunter2@app.example",
        "https://hunter2@app.example/path",
        "https://ada:hunter2@app.example:99999999",
        "ada:hunter2@app.example",
        "hunter2@app.example",
        "ftp://ada:hunter2@app.example",
        "https://ada:hunter2@",
        "https://ada:hunter2\\@app.example",
        "https://[ada:hunter2@app.example",
        "https://ada:hunter 2@app.example",
    ],
)
def test_never_repeats_credentials(text: str) -> None:
    with pytest.raises(AddressError) as caught:
        Address.parse(text)
    assert "hunter" not in str(caught.value)


@given(st.text(max_size=60) | st.from_regex(r"https?://[a-zßé@:\[\]/?#.%0-9]{0,40}", fullmatch=True))
def test_whatever_is_given_is_an_address_or_an_error(text: str) -> None:
    try:
        address = Address.parse(text)
    except AddressError:
        return
    assert Address.parse(address.url) == address
    assert URL(address.health).host
