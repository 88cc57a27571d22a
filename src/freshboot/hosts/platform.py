"""What the hosts have in common where a deploy is a new process: old modules cannot occur there.

What remains is the wrong commit, traffic on an old revision, a build cache, cached results, an edge cache. Of
the first, the host itself can tell; the words for the rest differ from host to host.
"""

from __future__ import annotations

import asyncio
import re
import shlex
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from freshboot.errors import ConfigurationError
from freshboot.hosts.chores import ANYWHERE, Chore, Instruction
from freshboot.hosts.host import Condition, State, Tracked
from freshboot.hosts.http import Unreachable, fetch
from freshboot.hosts.plain import Plain

if TYPE_CHECKING:
    import aiohttp

    from freshboot.hosts.address import Address

_COMMIT = re.compile(r"[0-9a-f]{7,64}\Z")
_TOKEN = re.compile(r"[!-~]{1,4096}\Z")


@dataclass(frozen=True)
class Told:
    """What a host says of an app.

    ``state`` is None where it says nothing of that, ``words`` are ours for it. ``commit`` is the one that is
    deployed. ``failure`` is its own word for a last deploy that failed, of ``failed_commit`` if it says.
    """

    state: State | None = None
    words: str = ""
    commit: str = ""
    failure: str = ""
    failed_commit: str = ""


class Platform(Plain):
    """A host that is recognised by the name of the app, or by the configuration."""

    consoles: ClassVar[tuple[str, ...]] = ()
    """Names of the host's own pages, which are no app."""
    service_form: ClassVar[re.Pattern[str]] = re.compile(r"[A-Za-z0-9][\w.-]{0,127}\Z", re.ASCII)
    service_is: ClassVar[str] = "APP"
    """What ``service`` is here, as it stands in the words as long as nobody knows it."""
    chores: ClassVar[Mapping[Chore, Instruction]] = ANYWHERE
    wakes_by_visit: ClassVar[bool] = True
    has_words: ClassVar[bool] = True

    def __init__(
        self,
        http: aiohttp.ClientSession,
        address: Address,
        service: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(http, address, service or self.service_of(address), environment)
        if self.service and not self.service_form.match(self.service):
            raise ConfigurationError(
                f"{self.service!r} is no service of {self.name}", f"write service: {self.service_is}"
            )

    @classmethod
    def service_of(cls, address: Address) -> str:
        """The app's name at the host as its address tells it; empty where that is not certain."""
        del address
        return ""

    async def wake(self) -> bool:
        """Visit the app: here that is what wakes it."""
        if not self.wakes_by_visit:
            return False
        try:
            return (await fetch(self.http, f"{self.address.url}/")).status < 500
        except Unreachable:
            return False

    def instruction(self, chore: Chore, tracked: Tracked | None = None) -> Instruction:
        """The exact commands and buttons, with the app's own names in them where they are known."""
        told = self.chores[chore]
        names = {**self.names, "branch": shlex.quote(tracked.branch) if tracked else "BRANCH"}
        steps = tuple(step.format(**names) for step in told.steps)
        return replace(told, steps=steps, link=told.link.format(**names))

    @property
    def names(self) -> dict[str, str]:
        """The names that stand in the words, safe for a shell."""
        return {"service": self.service or self.service_is}


class Asked(Platform):
    """A host that has an interface to be asked by."""

    token: ClassVar[str] = ""
    """The variable of the environment that holds the token."""
    needs_token: ClassVar[bool] = True
    _asking: asyncio.Future[Told] | None = None
    _unanswered: str = ""

    async def condition(self) -> Condition:
        """Ask the app's health check, and the host where that is not well."""
        seen = await super().condition()
        if seen.state is State.AWAKE:
            return seen
        told = await self._told()
        return seen if told.state is None else Condition(told.state, told.words)

    async def trouble(self, commit: str = "") -> str:
        """The host's own word for a deploy that failed; after that the old version may go on."""
        told = await self._told()
        is_another = bool(commit and told.failed_commit and not same(told.failed_commit, commit))
        return "" if is_another else told.failure

    async def commit(self) -> str:
        """The commit that the host says it deploys; none while another is on its way."""
        told = await self._told()
        return "" if told.state is State.STARTING else told.commit

    async def deploying(self) -> bool:
        """Whether the host says that a deploy is under way."""
        return (await self._told()).state is State.STARTING

    @property
    def lacks(self) -> str:
        """What is missing for the host to be asked."""
        if not self.service and not self.finds_service:
            return f"service: {self.service_is} in .github/freshboot.yml"
        return f"the token {self.token}" if self.needs_token and not self.secret else ""

    @property
    def finds_service(self) -> bool:
        """Whether the host itself can be asked for the app's name."""
        return False

    @property
    def secret(self) -> str:
        """The token; empty where there is none, or none that could be sent in a header."""
        value = self.environment.get(self.token, "").strip()
        return value if _TOKEN.match(value) else ""

    @abstractmethod
    async def _ask(self) -> Told:
        """Ask the host.

        :raises Unreachable: it gave no answer that can be read.
        """

    @property
    def unanswered(self) -> str:
        """Why the host gave no answer when it was asked last."""
        return self._unanswered

    async def _told(self) -> Told:
        """What the host says; nothing where it cannot be asked. Who asks meanwhile gets the same answer."""
        if self.lacks:
            return Told()
        if self._asking is None or self._asking.done():
            self._asking = asyncio.ensure_future(self._answer())
        return await asyncio.shield(self._asking)

    async def _answer(self) -> Told:
        try:
            told = await self._ask()
        except Unreachable as error:
            self._unanswered = error.message
            return Told()
        self._unanswered = ""
        return told


def same(one: str, other: str) -> bool:
    """Whether two ids may be of one commit, of which either may be shortened."""
    return one.startswith(other) or other.startswith(one)


def commit_in(value: object) -> str:
    """The commit's id that a host told; empty where it is none."""
    return value if isinstance(value, str) and _COMMIT.match(value) else ""


def instructions(
    *,
    reboot: tuple[str, ...],
    redeploy: tuple[str, ...],
    rename: tuple[str, ...],
    wake: tuple[str, ...],
    public: tuple[str, ...],
    log: tuple[str, ...],
    status: str,
    console: str = "",
) -> Mapping[Chore, Instruction]:
    """The words for every chore; ``console`` is where to begin, ``status`` the host's page for outages.

    ``reboot`` is what builds without cache and starts a new process.
    """
    clear = (*ANYWHERE[Chore.CLEAR_CACHE].steps, "That restart here:", *reboot)
    return {
        Chore.REBOOT: Instruction(reboot, console),
        Chore.CLEAR_CACHE: Instruction(clear, console),
        Chore.REDEPLOY: Instruction(redeploy, console),
        Chore.RENAME_APP: Instruction(
            (*rename, "Set url in .github/freshboot.yml to the new address, and push."), console
        ),
        Chore.WAKE: Instruction(wake, console),
        Chore.MAKE_PUBLIC: Instruction(public, console),
        Chore.READ_LOG: Instruction(
            (*log, "Mend the line of the requirement that fails in the dependency file, and push."), console
        ),
        Chore.WAIT: Instruction(("Wait: no push and no setting cures this.",), status),
    }
