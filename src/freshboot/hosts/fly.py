"""Fly.io: commands and words. It knows images, and no commit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from freshboot.hosts.platform import Platform, instructions

if TYPE_CHECKING:
    from freshboot.hosts.address import Address


class Fly(Platform):
    """An app at Fly.io; its address holds its name."""

    name = "fly"
    domains = (".fly.dev",)
    consoles = ("fly.io",)
    service_form = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
    # The commands: https://fly.io/docs/flyctl/ (deploy, apps restart, machine start, ips allocate-v6, logs).
    chores = instructions(
        reboot=(
            "In a checkout of {branch}: fly deploy --app {service} --no-cache",
            "A restart alone, without a build: fly apps restart {service}",
        ),
        redeploy=("In a checkout of {branch}: fly deploy --app {service}",),
        rename=("Purge the cache that stands before the app; its address is its name, and stays.",),
        wake=(
            "Open the app: a visit starts a stopped machine.",
            "Where it does not: fly machine list --app {service}, then fly machine start ID --app {service}",
        ),
        public=("fly ips list --app {service}: it needs a public address (fly ips allocate-v6).",),
        log=("fly logs --app {service}; of a build: the output of fly deploy",),
        status="https://status.flyio.net",
        console="https://fly.io/apps/{service}",
    )

    @classmethod
    def service_of(cls, address: Address) -> str:
        """The name before the domain."""
        name = address.host.partition(".")[0]
        return name if cls.claims(address) and cls.service_form.match(name) else ""
