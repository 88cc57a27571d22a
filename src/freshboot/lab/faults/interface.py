"""What a fault is: where it may act between a push and the page.

What the host follows and runs is its *target*. A push goes through stages, each with one method below: it
is *noticed* (the webhook), it is *deployed* (all replicas together), each replica *pulls*: the files *land*
as planned, are *written*, and the dependencies *installed*. A visitor's request is *answered*, and the host
tells the app's *status*. A fault overrides those at which it acts and leaves the others alone, so any number
of them combine; those that go around a step do it, or do something else, or something before and after.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, ClassVar

from freshboot.lab.errors import UnknownFault

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp import web

    from freshboot.lab.checkout import Landing
    from freshboot.lab.host import Host
    from freshboot.lab.replica import Replica
    from freshboot.lab.target import Target

    Step = Callable[[], Awaitable[None]]
    Answering = Callable[[], Awaitable[web.StreamResponse]]


class Fault:
    """One thing that goes wrong: with pushes after the first deployment, or from the moment it is set."""

    name: ClassVar[str]
    usage: ClassVar[str]
    """How it is written, as ``slow:SECONDS``."""

    def __init__(self, argument: str | None) -> None:
        """Raises ``UnknownFault`` for an argument that is missing or of the wrong kind."""
        self.text = self.name if argument is None else f"{self.name}:{argument}"

    @classmethod
    def misused(cls, why: str) -> UnknownFault:
        """The error for a wrong argument."""
        return UnknownFault(f"the fault {cls.name} {why}", f"write it as {cls.usage}")

    async def take_hold(self, host: Host) -> None:
        """Get ready, as the fault is being set; raises ``LabError`` where it cannot be had."""

    async def let_go(self) -> None:
        """End what is under way, as the fault has been lifted."""

    def target(self, target: Target) -> Target:
        """What the host follows and runs instead of ``target``."""
        return target

    async def noticed(self) -> bool:
        """Whether the host hears of the push; may take its time."""
        return True

    async def deploy(self, host: Host, proceed: Step) -> None:
        """Around the deployment of a push on all replicas."""
        del host
        await proceed()

    async def pull(self, host: Host, replica: Replica, proceed: Step) -> None:
        """Around all that a push does to one replica."""
        del host, replica
        await proceed()

    def land(self, landing: Landing) -> Landing:
        """What is written to the disk instead of ``landing``."""
        return landing

    async def write(self, replica: Replica, landing: Landing, proceed: Step) -> None:
        """Around the writing of what is about to land."""
        del replica, landing
        await proceed()

    async def install(self, replica: Replica, proceed: Step) -> None:
        """Around the installation of new requirement lines, after which comes a new process."""
        del replica
        await proceed()

    async def answer(self, request: web.Request, proceed: Answering) -> web.StreamResponse:
        """Around the edge's answer to a request, be it for the app or for the host's own calls."""
        del request
        return await proceed()

    def status(self, facts: dict[str, Any]) -> dict[str, Any]:
        """What the status call tells instead of ``facts``."""
        return facts


def path_of(fault: type[Fault], text: str | None) -> str:
    """The path, relative to the repository's root, that ``text`` stands for; raises ``UnknownFault``."""
    path = PurePosixPath(text or "")
    if not text or path.is_absolute() or ".." in path.parts:
        raise fault.misused("needs a path relative to the repository's root")
    return str(path)


def choice_of(fault: type[Fault], text: str | None, *choices: str) -> str | None:
    """The argument where it is one of the choices, or none is given; raises ``UnknownFault``."""
    if text not in (None, *choices):
        raise fault.misused(f"takes {' or '.join(choices)}, not {text!r}")
    return text


def seconds_of(fault: type[Fault], text: str) -> float:
    """The number of seconds that ``text`` stands for; raises ``UnknownFault``."""
    try:
        seconds = float(text)
    except ValueError:
        raise fault.misused(f"needs a number of seconds, not {text!r}") from None
    if not 0 <= seconds < float("inf"):
        raise fault.misused(f"needs a number of seconds from 0 on, not {text!r}")
    return seconds
