"""What every host can be asked."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from freshboot.errors import FreshbootError
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


@dataclass(frozen=True)
class Rebuilding:
    """A host's own call for a build without cache, in words: what it ``does``, empty where it cannot be made.

    ``lacks`` is what is missing for it, empty where nothing is, or where the host has no such call.
    """

    does: str = ""
    lacks: str = ""


class HostRefused(FreshbootError):
    """The host did not take an order, or could not be given one."""

    exit_code = 3


class Host(ABC):
    """The host of one app. What a host cannot do, it answers with no.

    ``service`` is the host's own name of the app, empty where the address tells it or nobody gave one. Tokens
    come from ``environment`` alone, and go to the host's own interface alone.
    """

    name: ClassVar[str]
    domains: ClassVar[tuple[str, ...]] = ()
    """What the names of apps end with here."""
    has_words: ClassVar[bool] = False
    """Whether a reboot has words of its own here, in place of what a verdict says by itself."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        address: Address,
        service: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.http = http
        self.address = address
        self.service = service
        self.environment = os.environ if environment is None else environment

    @classmethod
    def claims(cls, address: Address) -> bool:
        """Whether an address is one of this host's, by its form alone."""
        return address.host.endswith(cls.domains) if cls.domains else False

    @abstractmethod
    async def condition(self) -> Condition:
        """Ask how the app is. Whatever its server does, this does not raise."""

    async def trouble(self, commit: str = "") -> str:
        """The host's own word for what is wrong with the app, awake or not; empty where it has none.

        Where it tells of builds by their commits, it is asked of this one.
        """
        del commit
        return ""

    async def wake(self) -> bool:
        """Wake a sleeping app; True if the host took the order. It does not wait until the app is awake."""
        return False

    async def tracked(self) -> Tracked | None:
        """What the host deploys, if it tells."""
        return None

    async def commit(self) -> str:
        """The commit that the host says it deploys, in hexadecimal; empty where it tells none.

        It is the host's word: it can explain, and proves nothing. This does not raise.
        """
        return ""

    async def deploying(self) -> bool:
        """Whether the host says that a deploy is under way. This does not raise."""
        return False

    async def private(self) -> bool:
        """Whether the host says that viewers must sign in; no where it cannot tell. This does not raise."""
        return False

    @property
    def lacks(self) -> str:
        """What is missing for the host to be asked for more, in words; empty where nothing is."""
        return ""

    @property
    def unanswered(self) -> str:
        """Why the host gave no answer when it was asked last, in words; empty where it did, or was not."""
        return ""

    @property
    def rebuilding(self) -> Rebuilding:
        """What :meth:`rebuild` would order."""
        return Rebuilding()

    async def rebuild(self, commit: str) -> None:
        """Order a build without cache, of this commit where the host can be told which.

        :raises HostRefused: it was not ordered.
        """
        del commit
        raise HostRefused(f"{self.name} has no call for a rebuild", "a person can: see remedy hand-over")

    def deploy_link(self, tracked: Tracked, subdomain: str = "") -> str | None:
        """Where a person can deploy that anew, with the form filled in."""
        del tracked, subdomain
        return None

    def instruction(self, chore: Chore, tracked: Tracked | None = None) -> Instruction:
        """How a person does a chore here; ``tracked`` is what the host should deploy, where that is known."""
        del tracked
        return ANYWHERE[chore]
