"""What every host can be asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from freshboot.hosts.chores import ANYWHERE, Chore, Instruction

if TYPE_CHECKING:
    import aiohttp

    from freshboot.hosts.address import Address


class State(str, Enum):
    """What the app's host says of it."""

    AWAKE = "awake"  # its server answers; the script may still raise
    ASLEEP = "asleep"
    STARTING = "starting"
    DOWN = "down"
    PRIVATE = "private"
    PLATFORM = "platform"  # the host itself is out of order
    ERROR = "error"  # the host gave up; the condition's detail has its word for why
    NOT_STREAMLIT = "not-streamlit"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Condition:
    """An app's state; ``detail`` is one line for a person, possibly empty."""

    state: State
    detail: str = ""


@dataclass(frozen=True)
class Tracked:
    """What the host deploys: a branch of a GitHub repository, and the entrypoint in it."""

    owner: str
    repository: str
    branch: str
    main_module: str


class Host(ABC):
    """The host of one app. What a host cannot do, it answers with no."""

    name: ClassVar[str]

    def __init__(self, http: aiohttp.ClientSession, address: Address) -> None:
        self.http = http
        self.address = address

    @abstractmethod
    async def condition(self) -> Condition:
        """Ask how the app is. Whatever its server does, this does not raise."""

    async def trouble(self) -> str:
        """The host's own word for what is wrong with the app, awake or not; empty where it has none."""
        return ""

    async def wake(self) -> bool:
        """Wake a sleeping app; True if the host took the order. It does not wait until the app is awake."""
        return False

    async def tracked(self) -> Tracked | None:
        """What the host deploys, if it tells."""
        return None

    def deploy_link(self, tracked: Tracked, subdomain: str = "") -> str | None:
        """Where a person can deploy that anew, with the form filled in."""
        del tracked, subdomain
        return None

    def instruction(self, chore: Chore, tracked: Tracked | None = None) -> Instruction:
        """How a person does a chore here; ``tracked`` is what the host should deploy, where that is known."""
        del tracked
        return ANYWHERE[chore]
