"""Is one file deployed? Ask until a process attests."""

from __future__ import annotations

from freshboot.config import Config
from freshboot.errors import ConfigurationError
from freshboot.judge.where import Found
from freshboot.rollout.expectation import Releases
from freshboot.rollout.run import ask_until_attested


async def find(config: Config, releases: Releases, path: str) -> Found:
    """What the live app says of ``path``.

    :raises ConfigurationError: the release has no such file.
    """
    expected = releases.expected
    if path not in expected.files:
        raise ConfigurationError(
            f"commit {expected.commit[:7]} has no file {path}", "name it as the repository does"
        )
    return Found(path, expected, await ask_until_attested(config, releases))
