"""What the host and GitHub answered, as values."""

from __future__ import annotations

from dataclasses import dataclass

from freshboot.hosts.host import Condition, Tracked


@dataclass(frozen=True)
class HostAnswer:
    """What the app's host says of it.

    :param trouble: the host's own word for what is wrong, awake or not; empty where it has none
    :param tracked: what it deploys; None where it does not tell
    :param agent: the version of freshboot that answers in the app; None where none does
    :param private: whether it says that viewers must sign in, which its health check may not tell
    """

    condition: Condition
    trouble: str = ""
    tracked: Tracked | None = None
    agent: str | None = None
    private: bool = False


@dataclass(frozen=True)
class GitHubAnswer:
    """What GitHub says of the branch that is pushed to.

    :param branch: the branch that was asked for
    :param barred: why a plain push to it is refused, in words; empty where nothing says so
    :param is_sure: whether it surely is: of an older protection the token may only be told that it exists
    """

    branch: str
    barred: str = ""
    is_sure: bool = False
