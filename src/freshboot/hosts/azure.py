"""Azure App Service: commands and words; asking it takes an account's sign-in, which its own client makes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from freshboot.hosts.platform import Platform, instructions

if TYPE_CHECKING:
    from freshboot.hosts.address import Address

_OLDER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]{0,58}[A-Za-z0-9])\.azurewebsites\.net\Z")


class Azure(Platform):
    """A web app of App Service."""

    name = "azure"
    domains = (".azurewebsites.net",)
    consoles = ("portal.azure.com",)
    service_form = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,58}[A-Za-z0-9]\Z")
    # The commands: https://learn.microsoft.com/cli/azure/webapp (restart, start, config appsettings set, log
    # tail, log deployment show, deployment source sync); the setting that builds on the host:
    # https://learn.microsoft.com/azure/app-service/reference-app-settings
    chores = instructions(
        reboot=(
            ("az webapp config appsettings set {where} --settings SCM_DO_BUILD_DURING_DEPLOYMENT=true"),
            "Deploy {branch} again, as it is always deployed: that builds anew.",
            "az webapp restart {where}",
        ),
        redeploy=(("az webapp deployment source config {where} --repo-url REPOSITORY --branch {branch}"),),
        rename=("Purge the cache that stands before the app; its address is its name, and stays.",),
        wake=(
            "Open the app: a visit starts it.",
            "Where it is stopped: az webapp start {where}",
        ),
        public=("In the app's page: Authentication, and Networking, Access restriction: let everybody in.",),
        log=(
            "Of the build: az webapp log deployment show {where}",
            "Of the app: az webapp log tail {where}",
        ),
        status="https://azure.status.microsoft",
        console="https://portal.azure.com",
    )

    @property
    def names(self) -> dict[str, str]:
        """The app's names for the words; its group stands in no address."""
        names = super().names
        return {**names, "where": f"--resource-group GROUP --name {names['service']}"}

    @classmethod
    def service_of(cls, address: Address) -> str:
        """Addresses without a region hold the name alone; newer ones have a hash behind it."""
        found = _OLDER.match(address.host)
        return found[1] if found else ""
