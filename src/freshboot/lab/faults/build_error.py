"""The dependencies cannot be installed, and the old version is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freshboot.lab.faults.interface import Fault
from freshboot.lab.host import PROCESSING, PULLING

if TYPE_CHECKING:
    from freshboot.lab.faults.interface import Step
    from freshboot.lab.host import Host
    from freshboot.lab.replica import Replica


class BuildError(Fault):
    """The installer fails at every push, before anything of it has landed: files and process stay old.

    The status call tells of it until the next push that succeeds. (A requirement line that cannot be
    installed is another case, for which no fault is needed: the files have landed by then.)
    """

    name = "build-error"
    usage = "build-error"

    async def pull(self, host: Host, replica: Replica, proceed: Step) -> None:
        """Fail in the middle."""
        del host, proceed
        replica.say(PULLING)
        replica.say(PROCESSING)
        await replica.environment.fail()
