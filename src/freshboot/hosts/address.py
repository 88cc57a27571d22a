"""The address of a live app: what the person gave, normalised."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, quote, urlsplit

from freshboot.errors import FreshbootError

_EXAMPLE = "give the address at which a browser shows the app, such as https://your-app.streamlit.app"
_MAX_CHARACTERS = 2048
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(
    r"[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_.])?\Z"
)  # underscores: container networks have them
_KEPT_IN_PATHS = "/%:@!$&'()*+,;=~"


class AddressError(FreshbootError):
    """What was given is not the address of an app."""


@dataclass(frozen=True)
class Address:
    """Where an app is reached.

    ``host`` is a name or an IP address (IPv6 without brackets), ``port`` None where it is the scheme's own,
    ``base`` the path that the app lies under, empty or ``/like/this``. ``sleeps`` tells that the host puts
    idle apps to sleep, and that the health check says so: 400 asleep, 503 starting.
    """

    scheme: str
    host: str
    port: int | None = None
    base: str = ""
    sleeps: bool = False

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read what a person gave; query and fragment belong to a page and are dropped.

        :raises AddressError: it names no web server, or it holds credentials.
        """
        text = text.strip()
        if len(text) > _MAX_CHARACTERS or not text.isprintable() or " " in text:
            raise AddressError("the address is too long, or has spaces or control characters in it", _EXAMPLE)
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError:
            raise AddressError("the address has a wrong port or wrong brackets", _EXAMPLE) from None
        _refuse_credentials(text, parts)
        _check_scheme(text, parts)
        if port == 0:
            raise AddressError("port 0 is no port", "give the port that the app listens on")
        return cls(
            scheme=parts.scheme,
            host=_host(parts.hostname or ""),
            port=None if port == _DEFAULT_PORTS[parts.scheme] else port,
            base=_base(parts.path),
        )

    def under(self, base: str) -> Address:
        """The same server, with another base path."""
        return replace(self, base=base)

    @property
    def origin(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        return f"{self.scheme}://{self._authority}"

    @property
    def url(self) -> str:
        """The address as a person would write it."""
        return self.origin + self.base

    @property
    def websocket(self) -> str:
        """Where Streamlit opens sessions."""
        return f"{'wss' if self.scheme == 'https' else 'ws'}://{self._authority}{self.base}/_stcore/stream"

    @property
    def health(self) -> str:
        """Streamlit's own health check; it says ``ok`` also while the script raises."""
        return f"{self.url}/_stcore/health"

    @property
    def route(self) -> str:
        """Where an app with ``freshboot.route()`` answers challenges by HTTP."""
        return f"{self.url}/deployment"

    @property
    def _authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"


def _refuse_credentials(text: str, parts: SplitResult) -> None:
    """Whatever is refused here is not repeated: messages end up in logs."""
    before_path = text.partition("://")[2] or text
    if "@" in parts.netloc or "@" in re.split(r"[/?#]", before_path)[0]:
        raise AddressError(
            "the address has a user name or a password in it",
            "leave out what stands before the @: a secret in an address ends up in logs",
        )


def _check_scheme(text: str, parts: SplitResult) -> None:
    if "://" not in text:
        raise AddressError("the address has no scheme", "write https:// (or http://) before it")
    if parts.scheme in ("ws", "wss"):
        raise AddressError(
            f"{parts.scheme}:// is not what a browser shows",
            f"write {'https' if parts.scheme == 'wss' else 'http'}:// instead",
        )
    if parts.scheme not in _DEFAULT_PORTS:
        raise AddressError(f"an app is not reached by {parts.scheme or 'no scheme'}://", _EXAMPLE)


def _host(name: str) -> str:
    if not name:
        raise AddressError("the address names no host", _EXAMPLE)
    if ":" in name:
        return _ipv6(name)
    try:
        ascii_name = name.encode("idna").decode()
    except UnicodeError:
        ascii_name = ""
    if not _NAME.match(ascii_name):
        raise AddressError(f"{name!r} is no host's name", _EXAMPLE)
    return ascii_name


def _ipv6(name: str) -> str:
    try:
        return str(ipaddress.IPv6Address(name))
    except ValueError:
        raise AddressError(
            f"{name!r} is no IPv6 address", "write it in brackets, as in http://[::1]:8501"
        ) from None


def _base(path: str) -> str:
    names = [name for name in path.split("/") if name]
    return "".join("/" + quote(name, safe=_KEPT_IN_PATHS) for name in names)
