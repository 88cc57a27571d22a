"""Every host that there are words for, by the name that a person gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from freshboot.hosts.address import Address
from freshboot.hosts.azure import Azure
from freshboot.hosts.beanstalk import Beanstalk
from freshboot.hosts.chores import Chore, Instruction
from freshboot.hosts.cloud_run import CloudRun
from freshboot.hosts.community_cloud import CommunityCloud
from freshboot.hosts.fly import Fly
from freshboot.hosts.heroku import Heroku
from freshboot.hosts.host import Host, Tracked
from freshboot.hosts.huggingface import HuggingFace
from freshboot.hosts.plain import Plain
from freshboot.hosts.platform import Platform
from freshboot.hosts.railway import Railway
from freshboot.hosts.render import Render

if TYPE_CHECKING:
    import aiohttp

PLATFORMS: tuple[type[Platform], ...] = (
    HuggingFace,
    Render,
    CloudRun,
    Heroku,
    Beanstalk,
    Azure,
    Railway,
    Fly,
)
_ALL: tuple[type[Host], ...] = (CommunityCloud, Plain, *PLATFORMS)
HOSTS: Mapping[str, type[Host]] = {one.name: one for one in _ALL}


def claimed(address: Address) -> type[Host] | None:
    """The host whose addresses look so; None where none does."""
    return next((one for one in HOSTS.values() if one.claims(address)), None)


def instruction(
    address: Address, chore: Chore, tracked: Tracked, name: str | None = None, service: str | None = None
) -> Instruction | None:
    """How a person does a chore at the host that a name or an address tells; nobody is asked.

    None where nothing tells it, or where the host has no words of its own.

    :raises ConfigurationError: the host knows no such service.
    """
    kind = HOSTS[name] if name is not None else claimed(address)
    if kind is None or not kind.has_words:
        return None
    return kind(cast("aiohttp.ClientSession", None), address, service or "").instruction(chore, tracked)


def console_of(address: Address) -> type[Platform] | None:
    """The host whose own page that is."""
    return next((one for one in PLATFORMS if address.host in one.consoles), None)
