"""Every host that there are words for, by the name that a person gives."""

from __future__ import annotations

from collections.abc import Mapping

from freshboot.hosts.address import Address
from freshboot.hosts.azure import Azure
from freshboot.hosts.beanstalk import Beanstalk
from freshboot.hosts.cloud_run import CloudRun
from freshboot.hosts.community_cloud import CommunityCloud
from freshboot.hosts.fly import Fly
from freshboot.hosts.heroku import Heroku
from freshboot.hosts.host import Host
from freshboot.hosts.huggingface import HuggingFace
from freshboot.hosts.plain import Plain
from freshboot.hosts.platform import Platform
from freshboot.hosts.railway import Railway
from freshboot.hosts.render import Render

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


def console_of(address: Address) -> type[Platform] | None:
    """The host whose own page that is."""
    return next((one for one in PLATFORMS if address.host in one.consoles), None)
