"""Finds out which host an address belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freshboot.hosts.address import Address, AddressError
from freshboot.hosts.community_cloud import DOMAIN, CommunityCloud, is_status
from freshboot.hosts.http import Unreachable, fetch
from freshboot.hosts.plain import Plain

if TYPE_CHECKING:
    import aiohttp

    from freshboot.hosts.host import Host


async def detect(http: aiohttp.ClientSession, address: Address | str) -> Host:
    """The host of an app, by the address that a person gave.

    An address under ``streamlit.app`` is Community Cloud; so is what answers Community Cloud's status call.
    What cannot be reached is a plain host, and its condition says that it is down.

    :raises AddressError: it is not the address of an app.
    """
    address = Address.parse(address) if isinstance(address, str) else address
    if address.host in ("streamlit.app", "share.streamlit.io"):
        raise AddressError(
            f"{address.host} is not the address of an app", f"give the app's own, https://your-app{DOMAIN}"
        )
    if address.host.endswith(DOMAIN) or await _answers_like_community_cloud(http, address):
        return CommunityCloud(http, address)
    return Plain(http, address)


async def _answers_like_community_cloud(http: aiohttp.ClientSession, address: Address) -> bool:
    try:
        answer = await fetch(http, f"{address.origin}/api/v2/app/status")
    except Unreachable:
        return False
    return is_status(answer.json())
