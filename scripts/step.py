"""What the steps of the action have in common: one command of freshboot, with options from the environment
(FRESHBOOT_…), and git that may use the action's token.
"""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Mapping

from freshboot.cli import main


def run(command: str) -> None:
    """Run the command and exit as it does."""
    os.environ.update(credentials(os.environ))
    sys.exit(main([command, *sys.argv[1:]]))


def credentials(environment: Mapping[str, str]) -> dict[str, str]:
    """Settings by which git sends the token to this GitHub and nowhere else; no file or command line has it.

    The first setting, an empty one, takes back what the checkout has left: of two headers GitHub takes none.
    """
    token, server = environment.get("FRESHBOOT_TOKEN"), environment.get("GITHUB_SERVER_URL")
    if not token or not server:
        return {}
    count = int(environment.get("GIT_CONFIG_COUNT") or 0)
    known = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    settings = {"GIT_CONFIG_COUNT": str(count + 2)}
    for number, value in enumerate(("", f"AUTHORIZATION: basic {known}"), count):
        settings[f"GIT_CONFIG_KEY_{number}"] = f"http.{server}/.extraheader"
        settings[f"GIT_CONFIG_VALUE_{number}"] = value
    return settings
