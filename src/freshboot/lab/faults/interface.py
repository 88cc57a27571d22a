"""What a fault is: where it may act between a push and the page.

A push goes through three stages, each with one method below: it is *noticed* (the webhook), it is *deployed*
(all replicas together), it *lands* on each replica's disk. A fault overrides those at which it acts and
leaves the others alone, so any number of them combine. A fault of a later stage, say of the edge, adds its
method here and the call of it where that stage happens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from freshboot.lab.errors import UnknownFault

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from freshboot.lab.checkout import Landing
    from freshboot.lab.host import Host


class Fault:
    """One thing that goes wrong with pushes after the first deployment."""

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

    async def noticed(self) -> bool:
        """Whether the host hears of the push; may take its time."""
        return True

    async def deploy(self, host: Host, proceed: Callable[[], Awaitable[None]]) -> None:
        """Deploy the push with ``proceed``, or do something else, or something around it."""
        del host
        await proceed()

    def land(self, landing: Landing) -> Landing:
        """What is written to the disk instead of ``landing``."""
        return landing


def seconds_of(fault: type[Fault], text: str) -> float:
    """The number of seconds that ``text`` stands for; raises ``UnknownFault``."""
    try:
        seconds = float(text)
    except ValueError:
        raise fault.misused(f"needs a number of seconds, not {text!r}") from None
    if not 0 <= seconds < float("inf"):
        raise fault.misused(f"needs a number of seconds from 0 on, not {text!r}")
    return seconds
