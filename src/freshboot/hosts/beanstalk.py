"""AWS Elastic Beanstalk: commands and words; asking it takes a signature, which its own client makes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from freshboot.hosts.platform import Platform, instructions

if TYPE_CHECKING:
    from freshboot.hosts.address import Address

_REGION = re.compile(r"\.([a-z]{2}(?:-[a-z]+)+-\d)\.elasticbeanstalk\.com\Z")


class Beanstalk(Platform):
    """An environment of Elastic Beanstalk. Its address need not hold its name."""

    name = "beanstalk"
    domains = (".elasticbeanstalk.com",)
    consoles = ("console.aws.amazon.com",)
    service_form = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{2,38}[A-Za-z0-9]\Z")
    service_is = "ENVIRONMENT"
    wakes_by_visit = False
    # The commands: https://docs.aws.amazon.com/cli/latest/reference/elasticbeanstalk/; a test holds their
    # options to the service's own description.
    chores = instructions(
        reboot=(
            "aws elasticbeanstalk describe-environments --environment-names {service} --region {region}",
            "Its VersionLabel is what runs; where that is not the release's, deploy that one first.",
            "aws elasticbeanstalk rebuild-environment {where}",
            "Every instance is made anew, with nothing kept.",
        ),
        redeploy=(
            "Make a version of {branch}, whose label is LABEL.",
            "aws elasticbeanstalk update-environment {where} --version-label LABEL",
        ),
        rename=(
            "Purge the cache that stands before it, or make a second environment, and swap their addresses:",
            (
                "aws elasticbeanstalk swap-environment-cnames --source-environment-name {service}"
                " --destination-environment-name OTHER --region {region}"
            ),
        ),
        wake=(
            "An environment does not sleep, but its server can be restarted:",
            "aws elasticbeanstalk restart-app-server {where}",
        ),
        public=("Let the load balancer's listener and security group take requests from everywhere.",),
        log=(
            "aws elasticbeanstalk request-environment-info {where} --info-type tail",
            "aws elasticbeanstalk retrieve-environment-info {where} --info-type tail",
        ),
        status="https://health.aws.amazon.com/health/status",
        console="https://console.aws.amazon.com/elasticbeanstalk/home?region={region}",
    )

    @property
    def names(self) -> dict[str, str]:
        """The environment's names for the words."""
        names, region = super().names, _region(self.address)
        where = f"--environment-name {names['service']} --region {region}"
        return {**names, "region": region, "where": where}


def _region(address: Address) -> str:
    found = _REGION.search(address.host)
    return found[1] if found else "REGION"
