"""The healing that `boot()` does in the app: a session's run drops old modules, bytecode and results."""

from __future__ import annotations

from typing import ClassVar

from freshboot.remedies.remedy import Action, Remedy, Situation


class Heal(Remedy):
    """Asks for nothing but a session: every question of a wait is one, so a wait has it done already."""

    name: ClassVar[str] = "heal"
    cures: ClassVar[frozenset[str]] = frozenset({"stale-modules", "stale-bytecode", "stale-results"})
    needs: ClassVar[str] = "old code, bytecode or results in an app that calls freshboot.boot()"

    def action(self, situation: Situation) -> Action:
        del situation
        return Action(
            "open a session, so that boot() drops what is old",
            "the session after it imports the release's files anew; with heal=False nothing is dropped",
        )
