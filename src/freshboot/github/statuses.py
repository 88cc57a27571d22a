"""The mark beside a commit that says how its release ended."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from freshboot.github.client import GitHub

CONTEXT = "freshboot"
LONGEST_DESCRIPTION = 140


async def set_status(github: GitHub, commit: str, state: str, description: str, target_url: str) -> None:
    """Set a commit's status: ``success``, ``failure``, ``error`` or ``pending``. The newest one counts.

    :raises GitHubError: it could not be set.
    """
    sha = quote(commit, safe="")
    body = {"state": state, "description": description[:LONGEST_DESCRIPTION], "context": CONTEXT}
    if target_url:
        body["target_url"] = target_url

    async def look() -> Any:
        listed = await github.pages(f"commits/{sha}/statuses")
        newest = next((one for one in listed if isinstance(one, dict) and one.get("context") == CONTEXT), {})
        return newest if all(newest.get(key) == value for key, value in body.items()) else None

    await github.once(lambda: github.post(f"statuses/{sha}", body), look)
