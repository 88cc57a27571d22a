"""Waking a sleeping app: a fresh clone, a fresh environment, a fresh process."""

from __future__ import annotations

from typing import ClassVar

from freshboot.remedies.remedy import Action, Remedy, Situation


class Wake(Remedy):
    """Asks the host to resume the app."""

    name: ClassVar[str] = "wake"
    cures: ClassVar[frozenset[str]] = frozenset({"asleep"})
    needs: ClassVar[str] = "an app that is asleep"

    def action(self, situation: Situation) -> Action:
        del situation
        return Action(
            "ask the host to wake the app",
            "the host clones the branch afresh; waking takes between 45 seconds and 14 minutes",
            wakes=True,
        )
