"""The group that every command hangs on."""

from __future__ import annotations

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="freshboot", message="%(version)s")
def cli() -> None:
    """Stamp every push. Prove what is live. Tell the cache from the code.

    Every option can also be set in the environment: --url as FRESHBOOT_URL.
    """
