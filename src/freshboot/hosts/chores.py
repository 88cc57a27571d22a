"""What only a person can do at a host, and in which words to ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Chore(str, Enum):
    """One thing that a person does; there is no call for it that needs no account."""

    REBOOT = "reboot"  # a fresh clone, a fresh environment, a fresh process
    CLEAR_CACHE = "clear-cache"
    REDEPLOY = "redeploy"  # delete the app, and deploy it again from the right place
    RENAME_APP = "rename-app"  # another address: whatever stands before the old one knows nothing of it
    WAKE = "wake"
    MAKE_PUBLIC = "make-public"
    READ_LOG = "read-log"
    WAIT = "wait"


@dataclass(frozen=True)
class Instruction:
    """How one chore is done at one host.

    ``steps`` name the exact buttons and their places, in order; ``link`` is where to begin, empty where there
    is no such page; ``paste`` is a text to paste on the way, empty where there is none.
    """

    steps: tuple[str, ...]
    link: str = ""
    paste: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it, a line each."""
        return (
            *self.steps,
            *([f"link: {self.link}"] if self.link else []),
            *([f"paste: {self.paste}"] if self.paste else []),
        )


ANYWHERE: dict[Chore, Instruction] = {
    Chore.REBOOT: Instruction(("Restart the app's process where it is hosted, from a fresh checkout.",)),
    Chore.CLEAR_CACHE: Instruction(
        (
            "Open the app, then the menu at the top right (three dots): Clear cache, or press C.",
            "The page is right then; but nobody tells the app of it, so a restart alone can be proven.",
            "For good, leave clear=True in freshboot.boot(): it clears them itself after each push.",
        )
    ),
    Chore.REDEPLOY: Instruction(("Deploy the app again, from the branch and the entrypoint named here.",)),
    Chore.RENAME_APP: Instruction(
        ("Purge the cache that stands before the app, or serve the app at another address.",)
    ),
    Chore.WAKE: Instruction(("Start the app where it is hosted.",)),
    Chore.MAKE_PUBLIC: Instruction(
        ("Let the address answer without a sign-in, or run this inside the network.",)
    ),
    Chore.READ_LOG: Instruction(
        ("Read the app's log where it is hosted: the line that fails names the requirement.",)
    ),
    Chore.WAIT: Instruction(
        ("Look at the host's status page, and wait: no push and no setting cures this.",)
    ),
}
"""The words for an address of which nothing more is known."""
