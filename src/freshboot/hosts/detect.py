"""Finds out which host an address belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freshboot.errors import ConfigurationError
from freshboot.hosts.address import Address, AddressError
from freshboot.hosts.community_cloud import DOMAIN, CommunityCloud, is_status
from freshboot.hosts.http import Unreachable, fetch
from freshboot.hosts.known import HOSTS, claimed, console_of
from freshboot.hosts.plain import Plain

if TYPE_CHECKING:
    import aiohttp

    from freshboot.hosts.host import Host


async def detect(
    http: aiohttp.ClientSession, address: Address | str, name: str | None = None, service: str | None = None
) -> Host:
    """The host of an app, by the address that a person gave.

    The form of the address tells it, unless a person has named it; what answers Community Cloud's status call
    is Community Cloud. What cannot be reached is a plain host, and its condition says that it is down.

    :param service: the host's own name of the app, where the address does not tell it
    :raises AddressError: it is not the address of an app.
    :raises ConfigurationError: there is no such host, or it knows no such service.
    """
    address = Address.parse(address) if isinstance(address, str) else address
    _refuse_console(address)
    if name is not None and name not in HOSTS:
        raise ConfigurationError(f"there is no host {name!r}", f"use one of {', '.join(HOSTS)}")
    kind = HOSTS[name] if name is not None else claimed(address)
    if kind is None:
        kind = CommunityCloud if await _answers_like_community_cloud(http, address) else Plain
    return kind(http, address, service or "")


def _refuse_console(address: Address) -> None:
    if address.host in ("streamlit.app", "share.streamlit.io"):
        example = f"https://your-app{DOMAIN}"
    elif console := console_of(address):
        example = f"https://your-app{console.domains[0]}"
    else:
        return
    raise AddressError(f"{address.host} is not the address of an app", f"give the app's own, {example}")


async def _answers_like_community_cloud(http: aiohttp.ClientSession, address: Address) -> bool:
    try:
        answer = await fetch(http, f"{address.origin}/api/v2/app/status")
    except Unreachable:
        return False
    return is_status(answer.json())
