"""What no call and no push can do is handed to a person: the exact button, its place, the link, the text."""

from __future__ import annotations

from typing import ClassVar

from freshboot.hosts.chores import Chore
from freshboot.remedies.remedy import Action, CannotRemedy, Remedy, Situation

CHORES: dict[str, Chore] = {
    "platform-outage": Chore.WAIT,
    "private": Chore.MAKE_PUBLIC,
    "wrong-target": Chore.REDEPLOY,
    "build-failed": Chore.READ_LOG,
    "wrong-dependency-file": Chore.READ_LOG,
    "asleep": Chore.WAKE,
    "down": Chore.REBOOT,
    "hot-reload-race": Chore.REBOOT,
    "mixed-replicas": Chore.REBOOT,
    "not-applied": Chore.REBOOT,
    "stale-file": Chore.REBOOT,
    "stale-packages": Chore.REBOOT,
    "stale-bytecode": Chore.REBOOT,
    "stale-modules": Chore.REBOOT,
    "stale-results": Chore.CLEAR_CACHE,
    "stale-edge": Chore.RENAME_APP,
    "unknown-code": Chore.REBOOT,
    "unrecorded": Chore.REBOOT,
}
"""What to do about each cause: a reboot is a fresh clone, a fresh environment and a fresh process."""
_DOES = {
    Chore.REBOOT: "reboot the app",
    Chore.CLEAR_CACHE: "clear the app's caches",
    Chore.REDEPLOY: "delete the app and deploy it again from the right place",
    Chore.RENAME_APP: "give the app another address",
    Chore.WAKE: "wake the app",
    Chore.MAKE_PUBLIC: "make the app public",
    Chore.READ_LOG: "read the host's log and mend the dependency file",
    Chore.WAIT: "wait until the host is well again",
}


class HandOver(Remedy):
    """Tells a person what to do; the wait goes on and proves the result."""

    name: ClassVar[str] = "hand-over"
    cures: ClassVar[frozenset[str]] = frozenset(CHORES)
    needs: ClassVar[str] = "a cause that nothing else cures from here"
    asks: ClassVar[bool] = True

    def action(self, situation: Situation) -> Action:
        chore = next((CHORES[one] for one in situation.causes if one in CHORES), None)
        if chore is None:
            raise CannotRemedy(
                "nothing that a person could do at the host would help", "run confirm, and mend what it names"
            )
        instruction = situation.instruct(chore, situation.branch)
        return Action(
            f"ask a person to {_DOES[chore]}",
            "the wait goes on meanwhile, and proves the result",
            steps=instruction.lines,
        )
