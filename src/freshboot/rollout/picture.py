"""A picture of what visitors see: the badge, where the page shows one, else the page."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from freshboot.hosts.address import Address
from freshboot.live.browser import NoBrowser, open_browser, screenshot
from freshboot.live.connection import DEFAULT_LIMITS, Limits

_BADGE = re.compile(r" · \d{4}-\d\d-\d\d \d\d:\d\d UTC · |^unstamped$")
_BADGE_SECONDS = 10.0
"""A page that rests after ten seconds without a badge has none."""


async def take_picture(address: Address, path: Path, limits: Limits = DEFAULT_LIMITS) -> str:
    """Write a PNG file; say in words what it shows, or why there is none."""
    for_badge = replace(limits, run=min(limits.run, _BADGE_SECONDS))
    try:
        async with open_browser() as browser:
            if await screenshot(address.url, path, browser=browser, text=_BADGE, limits=for_badge) is None:
                return f"the badge: {path}"
            refused = await screenshot(address.url, path, browser=browser, limits=limits)
    except NoBrowser as error:
        return f"no picture: {error.message}; {error.remedy}"
    return f"the page, which shows no badge: {path}" if refused is None else f"no picture: {refused.detail}"
