"""A session held open while a push lands: the host's hot reload works only for a connected one."""

from __future__ import annotations

from typing import ClassVar

from freshboot.remedies.remedy import Action, Remedy, Situation


class Witness(Remedy):
    """Changes nothing: every wait holds one open already, unless told not to."""

    name: ClassVar[str] = "witness"
    cures: ClassVar[frozenset[str]] = frozenset({"stale-modules"})
    needs: ClassVar[str] = "old modules after a push that nobody was connected for"

    def action(self, situation: Situation) -> Action:
        del situation
        return Action(
            "hold a session open on the live app",
            "changed modules are dropped as soon as Streamlit's watcher hears of them",
        )
