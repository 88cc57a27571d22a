"""The remedies, smallest first. One file each, behind the interface of :mod:`freshboot.remedies.remedy`."""

from __future__ import annotations

from collections.abc import Collection

from freshboot.remedies.branch import Branch
from freshboot.remedies.hand_over import HandOver
from freshboot.remedies.heal import Heal
from freshboot.remedies.nudge import Nudge
from freshboot.remedies.rebuild import Rebuild
from freshboot.remedies.remedy import Action, CannotRemedy, Remedy, Situation
from freshboot.remedies.wake import Wake
from freshboot.remedies.witness import Witness

__all__ = ["ALWAYS_ON", "LADDER", "Action", "CannotRemedy", "Remedy", "Situation", "for_causes", "named"]

LADDER: tuple[Remedy, ...] = (
    Witness(),
    Heal(),
    Wake(),
    Nudge(),
    Rebuild(),
    Branch(),
    HandOver(),
)
ALWAYS_ON = ("witness", "heal")
"""What every wait does by itself: it holds a witness open unless told not to, and lets boot() heal."""


def named(name: str, *, reinstall: bool = False) -> Remedy:
    """The remedy of this name.

    :param reinstall: all that is installed is to be made anew; only rebuild knows of it
    :raises CannotRemedy: there is none.
    """
    for one in LADDER:
        if one.name == name:
            return Rebuild(reinstall=True) if reinstall and isinstance(one, Rebuild) else one
    raise CannotRemedy(f"there is no remedy {name!r}", f"use {', '.join(one.name for one in LADDER)}")


def for_causes(causes: Collection[str], among: Collection[str]) -> list[Remedy]:
    """Those of the named remedies that the causes are evidence for, smallest first."""
    return [one for one in LADDER if one.name in among and not one.cures.isdisjoint(causes)]
